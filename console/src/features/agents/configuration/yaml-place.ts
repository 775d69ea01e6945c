/** Where in an agent file the cursor stands, told by indentation alone, so that it works while a line is half written. */
import type { Path } from "./yaml-file";

export interface Place {
  /** Of the key or the value under the cursor; for a key, the path of the group it belongs to. */
  path: Path;
  at: "key" | "value" | "item" | "text";
  /** What of it stands before the cursor. */
  typed: string;
  column: number;
  /** Keys that the group has already. */
  siblings: ReadonlySet<string>;
}

interface Level {
  column: number;
  name: string | number;
}

const LINE = /^( *)((?:- +)*)(?:(-)$)?(.*)$/;
const KEY = /^(?:"([^"]*)"|'([^']*)'|([^\s#:"'[\]{},][^#:"'[\]{},]*?))\s*:(?:\s+(.*)|$)/;
const BLOCK = /^(?:[&!]\S+\s+)*[|>][-+0-9]*\s*(?:#.*)?$/;

/** Reads the structure line by line; text blocks and comments have none. */
class Reader {
  private levels: Level[] = [];
  private block: number | null = null;
  readonly keys = new Map<string, Set<string>>();

  get path(): Path {
    return this.levels.map(({ name }) => name);
  }

  /** Takes a line up; says where its content begins, or null for a line of a text block. */
  take(line: string): { content: string; column: number; key: string | null; rest: string } | null {
    const indent = /^ */.exec(line)?.[0].length ?? 0;
    if (this.block !== null) {
      if (!line.trim() || indent > this.block) return null;
      this.block = null;
    }
    const [, spaces = "", dashes = "", lone, content = ""] = LINE.exec(line) ?? [];
    if (!content.trim() && !dashes && !lone) return { content: "", column: spaces.length, key: null, rest: "" };
    if (content.startsWith("#") && !dashes) return { content, column: spaces.length, key: null, rest: content };
    let column = spaces.length;
    for (const dash of `${dashes}${lone ?? ""}`.match(/- */g) ?? []) {
      this.enter(column);
      column += dash.length;
    }
    const found = KEY.exec(content);
    if (!found) return { content, column, key: null, rest: content };
    const key = found[1] ?? found[2] ?? found[3] ?? "";
    this.leave(column);
    const group = JSON.stringify(this.path);
    const known = this.keys.get(group) ?? new Set();
    this.keys.set(group, known.add(key));
    this.levels.push({ column, name: key });
    const rest = found[4] ?? "";
    if (BLOCK.test(rest)) this.block = column;
    return { content, column, key, rest };
  }

  /** Closes what stands at this column or further right. */
  leave(column: number): void {
    while ((this.levels.at(-1)?.column ?? -1) >= column) this.levels.pop();
  }

  private enter(column: number): void {
    let index = 0;
    while (this.levels.length) {
      const last = this.levels[this.levels.length - 1] as Level;
      if (last.column < column || (last.column === column && typeof last.name === "string")) break;
      if (last.column === column && typeof last.name === "number") index = last.name + 1;
      this.levels.pop();
    }
    this.levels.push({ column, name: index });
  }
}

/** The place of a cursor at `column` (from 0) of line `line` (from 0). */
export function placeAt(text: string, line: number, column: number): Place | null {
  const lines = text.split("\n");
  const reader = new Reader();
  for (const each of lines.slice(0, line)) reader.take(each);
  const current = lines[line] ?? "";
  const before = current.slice(0, column);
  const known = new Reader();
  for (const each of lines) known.take(each);
  const siblingsOf = (path: Path) => known.keys.get(JSON.stringify(path)) ?? new Set<string>();

  const taken = reader.take(current);
  if (taken === null) return { path: reader.path, at: "text", typed: before.trimStart(), column, siblings: new Set() };
  if (/^\s*#/.test(before) || / #/.test(before)) return null;
  const inKey = before.length <= taken.column + (taken.key?.length ?? Infinity);
  if (taken.key !== null && !inKey) {
    const typed = before.slice(before.indexOf(":", taken.column) + 1).trimStart();
    return { path: reader.path, at: "value", typed, column: taken.column, siblings: new Set() };
  }
  const place = Math.min(taken.column, before.length);
  reader.leave(taken.content ? taken.column : before.length || 0);
  const { path } = reader;
  const at = typeof path.at(-1) === "number" && /- *\S*$/.test(before) ? "item" : "key";
  return { path, at, typed: before.slice(place), column: place, siblings: siblingsOf(path) };
}

/** The path of the key or item that a line (from 0) begins with, for explanations. */
export function pathOfLine(text: string, line: number): { path: Path; from: number; to: number } | null {
  const lines = text.split("\n");
  const reader = new Reader();
  for (const each of lines.slice(0, line)) reader.take(each);
  const taken = reader.take(lines[line] ?? "");
  if (!taken?.content.trim() || taken.content.startsWith("#")) return null;
  return { path: reader.path, from: taken.column, to: taken.column + (taken.key ?? taken.content).length };
}
