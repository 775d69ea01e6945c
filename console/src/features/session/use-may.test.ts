import { expect, test } from "vitest";
import { covers } from "./use-may";

test.each([
  [["*"], true],
  [["contacts:*"], true],
  [["contacts:read"], true],
  [["contacts:list", "agents:*"], false],
  [[], false],
])("%j covers reading contacts: %s", (granted, covered) => {
  expect(covers(granted, "contacts:read")).toBe(covered);
});
