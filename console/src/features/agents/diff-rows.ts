/** Two texts line by line, for one column or two. */
import { diffLines, diffWordsWithSpace } from "diff";

export interface Line {
  kind: "same" | "added" | "removed";
  text: string;
  old: number | null;
  new: number | null;
}

/** One row of two columns; null where a side has no line. */
export interface Row {
  left: Line | null;
  right: Line | null;
}

const AROUND = 3;

export function linesOf(before: string, after: string): Line[] {
  let old = 0;
  let now = 0;
  return diffLines(before, after).flatMap((part) => {
    const kind = part.added ? "added" : part.removed ? "removed" : "same";
    return part.value
      .replace(/\n$/, "")
      .split("\n")
      .map((text): Line => {
        if (kind !== "added") old += 1;
        if (kind !== "removed") now += 1;
        return { kind, text, old: kind === "added" ? null : old, new: kind === "removed" ? null : now };
      });
  });
}

/** The changed lines with a few around them; null stands for what was left out. */
export function excerpt(lines: Line[]): (Line | null)[] {
  const near = (at: number) => lines.slice(Math.max(0, at - AROUND), at + AROUND + 1).some((each) => each.kind !== "same");
  const shown: (Line | null)[] = [];
  lines.forEach((line, index) => {
    if (near(index)) shown.push(line);
    else if (shown.at(-1) !== null) shown.push(null);
  });
  return shown;
}

/** Removed lines beside those that came in their place. */
export function rowsOf(shown: (Line | null)[]): (Row | null)[] {
  const rows: (Row | null)[] = [];
  let removed: Line[] = [];
  let added: Line[] = [];
  const flush = () => {
    for (let at = 0; at < Math.max(removed.length, added.length); at += 1) {
      rows.push({ left: removed[at] ?? null, right: added[at] ?? null });
    }
    removed = [];
    added = [];
  };
  for (const line of shown) {
    if (line?.kind === "removed") removed.push(line);
    else if (line?.kind === "added") added.push(line);
    else {
      flush();
      rows.push(line && { left: line, right: line });
    }
  }
  flush();
  return rows;
}

/** The words of a line with those marked that its counterpart has not got. */
export function wordsOf(line: string, other: string | undefined, side: "left" | "right"): { text: string; marked: boolean }[] {
  if (other === undefined) return [{ text: line, marked: false }];
  const [before, after] = side === "left" ? [line, other] : [other, line];
  return diffWordsWithSpace(before, after)
    .filter((part) => !(side === "left" ? part.added : part.removed))
    .map((part) => ({ text: part.value, marked: Boolean(side === "left" ? part.removed : part.added) }));
}
