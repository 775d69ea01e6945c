import { expect, test } from "vitest";
import { readDevice } from "./device";

const AFTER = "AppleWebKit/537.36 (KHTML, like Gecko)";

test.each([
  [`Mozilla/5.0 (Windows NT 10.0; Win64; x64) ${AFTER} Chrome/140.0 Safari/537.36`, "Chrome", "Windows", false],
  [`Mozilla/5.0 (Windows NT 10.0) ${AFTER} Chrome/140.0 Safari/537.36 Edg/140.0`, "Edge", "Windows", false],
  ["Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0", "Firefox", "Linux", false],
  ["Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) Version/18.0 Mobile/15E148 Safari/604.1", "Safari", "iPhone", true],
  [`Mozilla/5.0 (Linux; Android 16; Pixel 9) ${AFTER} Chrome/140.0 Mobile Safari/537.36`, "Chrome", "Android", true],
  ["python-httpx/0.28.1", "Python", null, false],
  ["", null, null, false],
])("%s is told in words a person knows", (userAgent, browser, system, phone) => {
  expect(readDevice(userAgent)).toEqual({ browser, system, phone });
});
