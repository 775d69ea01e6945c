import { expect, test } from "vitest";
import { suggestionsOf } from "./suggestions";

test("each tool has its turn before any has its second", () => {
  const tools = [{ name: "a", examples: ["a1", "a2", "a3"] }, "b", { name: "c", examples: ["c1", "a1", "c2"] }];

  expect(suggestionsOf({ tools })).toEqual(["a1", "c1", "a2", "a3"]);
});

test("an agent without examples suggests nothing", () => {
  expect(suggestionsOf({})).toEqual([]);
});
