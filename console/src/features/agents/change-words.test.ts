import { expect, test } from "vitest";
import { placeOf, showValue } from "./change-words";

test("a path reads as a way to the setting", () => {
  expect(placeOf("tools[check_pricing].config.discount_authority")).toBe("Tools › check_pricing › Discount authority");
  expect(placeOf("agent.model.max_tokens")).toBe("Model › Max tokens");
  expect(placeOf("agent")).toBe("Agent");
});

test("values are short, and groups say what they hold", () => {
  expect(showValue(0.2)).toBe("0.2");
  expect(showValue(null)).toBe("");
  expect(showValue({ name: "calculate", enabled: true, config: {}, risk: "low" })).toBe("name: calculate; risk: low");
  expect(showValue("word ".repeat(100))).toHaveLength(140);
});
