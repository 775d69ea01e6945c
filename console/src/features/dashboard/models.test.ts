import { expect, test } from "vitest";
import { modelsOf } from "./models";

test("only providers that were set up are named, and those that are not asked just now apart", () => {
  const told = {
    status: "ok",
    openai: { configured: true, models: { "gpt-x": { breaker: "open" } } },
    anthropic: { configured: true, models: {} },
    google: { configured: false, models: {} },
    offline: { configured: true, models: {} },
  };

  expect(modelsOf(told)).toEqual({ ready: ["Anthropic"], troubled: ["OpenAI"] });
});

test("a check that failed names nobody", () => {
  expect(modelsOf({ status: "down" })).toEqual({ ready: [], troubled: [] });
});
