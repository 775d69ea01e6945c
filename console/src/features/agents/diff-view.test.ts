import { expect, test } from "vitest";
import { excerpt, linesOf } from "./diff-view";

const file = (name: string) => [...Array.from({ length: 20 }, (_, n) => `line ${n}`), `name: ${name}`, "end", ""].join("\n");

test("a changed line is shown as removed and added, with its numbers", () => {
  const changed = linesOf(file("Nora"), file("Nova")).filter((each) => each.kind !== "same");

  expect(changed).toEqual([
    { kind: "removed", text: "name: Nora", old: 21, new: null },
    { kind: "added", text: "name: Nova", old: null, new: 21 },
  ]);
});

test("what is far from a change is left out once", () => {
  const shown = excerpt(linesOf(file("Nora"), file("Nova")));

  expect(shown[0]).toBeNull();
  expect(shown.filter((each) => each === null)).toHaveLength(1);
  expect(shown).toHaveLength(7);
});
