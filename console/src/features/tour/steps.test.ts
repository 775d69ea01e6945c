import { expect, test } from "vitest";
import type { FirstStepsOut } from "@/api/schema";
import { memoryOf, progressOf, saw } from "./steps";
import { startersOf } from "./starters";

const facts = (given: Partial<FirstStepsOut> = {}): FirstStepsOut => ({
  agent: { id: "1", slug: "nora", name: "Nora" },
  conversation_id: null,
  asked: false,
  answered: false,
  edited: false,
  embedded: false,
  ...given,
});

test("a newcomer begins by meeting the agent", () => {
  expect(progressOf(facts(), {})).toEqual({ done: new Set(), current: "meet" });
});

test("facts tick their steps, in whatever order they came true", () => {
  const { done, current } = progressOf(facts({ asked: true, answered: true, edited: true }), {});

  expect([...done]).toEqual(["ask", "yours"]);
  expect(current).toBe("meet");
});

test("a question without an answer is not done yet", () => {
  expect(progressOf(facts({ asked: true }), { seen: ["meet"] }).current).toBe("ask");
});

test("steps that leave nothing behind are done once they were seen", () => {
  const memory = { seen: ["meet", "trace", "site"] as const };
  const { current } = progressOf(facts({ answered: true, edited: true }), { seen: [...memory.seen] });

  expect(current).toBeNull();
});

test("nobody saw the steps of an answer that was never given", () => {
  expect(progressOf(facts(), { seen: ["trace"] }).done.has("trace")).toBe(false);
});

test("what was seen is remembered once", () => {
  const once = saw({}, "meet");
  expect(once).toEqual({ begun: true, seen: ["meet"] });
  expect(saw(once, "meet")).toBe(once);
});

test("a memory of another shape is no memory", () => {
  expect(memoryOf({ tour: "yes" })).toEqual({});
  expect(memoryOf(undefined)).toEqual({});
});

test("questions come from the widget, else from examples of the tools, as sentences", () => {
  const tools = ["calculate", { examples: ["what do you sell", "x"] }, { examples: ["Book a demo"] }, { examples: [] }];
  expect(startersOf({ tools })).toEqual(["What do you sell?", "Book a demo"]);
  expect(startersOf({ tools, widget: { starters: ["Is my data safe?"] } })).toEqual(["Is my data safe?"]);
  expect(startersOf(undefined)).toEqual([]);
});
