import { expect, test } from "vitest";
import { Problem, problemOf } from "./problem";
import { mayRetry, pauseMs } from "./queries";

const busy = (seconds: number | undefined) =>
  new Problem({ status: 429, code: "rate_limited", detail: "", retry_after_seconds: seconds });
const failed = (status: number) => new Problem({ status, code: "x", detail: "" });

test("a busy server is asked once more, after the time it named", () => {
  expect([mayRetry(0, busy(7)), mayRetry(1, busy(7))]).toEqual([true, false]);
  expect(pauseMs(0, busy(7))).toBe(7000);
});

test("nobody waits for a minute without being asked", () => {
  expect(mayRetry(0, busy(60))).toBe(false);
});

test("faults and silence are tried again twice, refusals never", () => {
  expect([0, 500, 503].map((status) => [mayRetry(0, failed(status)), mayRetry(2, failed(status))])).toEqual(
    Array(3).fill([true, false]),
  );
  expect([401, 403, 404, 409, 422].some((status) => mayRetry(0, failed(status)))).toBe(false);
});

test("how long to wait and which request it was are read from the headers", async () => {
  const headers = { "Retry-After": "12", "X-Request-Id": "req-1" };
  const problem = await problemOf(new Response("<html>", { status: 429, headers }));

  expect([problem.retryAfterSeconds, problem.requestId]).toEqual([12, "req-1"]);
});

test("a date to wait for is counted in seconds from now", async () => {
  const headers = { "Retry-After": new Date(Date.now() + 90_000).toUTCString() };
  const { retryAfterSeconds } = await problemOf(new Response("{}", { status: 503, headers }));

  expect(retryAfterSeconds).toBeGreaterThan(85);
  expect(retryAfterSeconds).toBeLessThanOrEqual(90);
});
