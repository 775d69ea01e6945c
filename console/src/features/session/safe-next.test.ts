import { expect, test } from "vitest";
import { safeNext } from "./safe-next";

const here = "https://console.example";

test.each(["/agents", "/agents?filter=ada&sort=-name", "/conversations/1#end"])("%s is an address of the console", (next) => {
  expect(safeNext(next, here)).toBe(next);
});

test.each([
  undefined,
  "",
  "agents",
  "https://evil.example/",
  "//evil.example/agents",
  "/\\evil.example",
  "/\t/evil.example",
  "\\\\evil.example",
  "javascript:alert(1)",
  "data:text/html,hi",
  "https:evil.example",
  "http://[",
])("%s leads home, never away", (next) => {
  expect(safeNext(next, here)).toBe("/");
});
