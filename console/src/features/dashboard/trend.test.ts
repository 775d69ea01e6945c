import { expect, test } from "vitest";
import { linePath, trendOf } from "./trend";

test("more is good where more is better and bad where less is", () => {
  expect(trendOf(120, 100, { better: "up" })).toEqual({ direction: "up", change: 0.2, tone: "good" });
  expect(trendOf(120, 100, { better: "down" })?.tone).toBe("bad");
  expect(trendOf(120, 100, { better: "neither" })?.tone).toBe("neutral");
});

test("after nothing there is no percentage", () => {
  expect(trendOf(5, 0, { better: "up" })).toEqual({ direction: "up", change: null, tone: "good" });
  expect(trendOf(0, 0, { better: "up" })).toBeNull();
  expect(trendOf(null, 3, { better: "up" })).toBeNull();
});

test("a part of one moves by points", () => {
  expect(trendOf(0.9, 0.95, { better: "up", points: true })?.change).toBeCloseTo(-0.05);
  expect(trendOf(0.5, 0, { better: "up", points: true })?.change).toBe(0.5);
});

test("what hardly moved stayed the same", () => {
  expect(trendOf(10_000, 10_001, { better: "up" })).toEqual({ direction: "same", change: 0, tone: "neutral" });
});

test("a line rises with its values and closes its area at the bottom", () => {
  expect(linePath([0, 5, 10])).toEqual({ line: "M0 100L50 50L100 0", area: "M0 100L50 50L100 0L100 100L0 100Z" });
});

test("nothing but noughts is a line at the bottom", () => {
  expect(linePath([0, 0]).line).toBe("M0 100L100 100");
});

test("missing values are left out, and a lone one becomes a level line", () => {
  expect(linePath([null, 4, null, 2]).line).toBe("M33.33 0L100 50");
  expect(linePath([null, 4]).line).toBe("M0 0L100 0");
  expect(linePath([null, null])).toEqual({ line: "", area: "" });
});
