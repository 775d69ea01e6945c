import { expect, test } from "vitest";
import { excerpt, linesOf, rowsOf, wordsOf } from "./diff-rows";

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

test("in two columns a changed line stands beside the one it came from", () => {
  const rows = rowsOf(excerpt(linesOf(file("Nora"), file("Nova")))).filter((row) => row && row.left?.kind !== "same");

  expect(rows).toHaveLength(1);
  expect([rows[0]?.left?.text, rows[0]?.right?.text]).toEqual(["name: Nora", "name: Nova"]);
});

test("a line that only came has nothing beside it", () => {
  const rows = rowsOf(linesOf("a\n", "a\nb\n"));

  expect(rows.at(-1)).toEqual({ left: null, right: expect.objectContaining({ text: "b" }) });
});

test("the words that changed are marked on either side", () => {
  expect(wordsOf("limit: 15", "limit: 20", "left")).toEqual([
    { text: "limit: ", marked: false },
    { text: "15", marked: true },
  ]);
  expect(wordsOf("limit: 20", "limit: 15", "right").at(-1)).toEqual({ text: "20", marked: true });
});
