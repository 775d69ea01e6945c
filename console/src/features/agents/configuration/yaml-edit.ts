/** Changes to an agent file that touch the lines concerned and nothing else: comments, quotes and order stay. */
import { isAlias, isCollection, isMap, isScalar, isSeq, type Node, type Pair, Scalar, type YAMLMap, type YAMLSeq } from "yaml";
import { endOf, find, pairOf, type Path, plainAt, read, type YamlFile } from "./yaml-file";
import { type Style, writeAfterKey, writeItem, writeKey, writeKeys, writeText } from "./yaml-write";

/** What the schema knows of a place: the order of its keys, and the key that a text alone stands for. */
export interface Manners {
  order?: readonly string[];
  shorthand?: string;
}
export type MannersOf = (path: Path) => Manners;

/** The value stands in two places of the file at once; a form cannot know which is meant. */
export class SharedValueError extends Error {}

type Written = Pair<Node, Node | null>;
const noManners: MannersOf = () => ({});

const columnOf = (text: string, offset: number) => offset - (text.lastIndexOf("\n", offset - 1) + 1);
const lineEnd = (text: string, offset: number) => {
  const end = text.indexOf("\n", offset);
  return end === -1 ? text.length : end;
};
const lineStart = (text: string, offset: number) => text.lastIndexOf("\n", offset - 1) + 1;
const splice = (text: string, from: number, to: number, put: string) => text.slice(0, from) + put + text.slice(to);
const startOf = (node: Node) => node.range?.[0] ?? 0;

/** Sets the value at a path, making what leads there; the same text when nothing has to change. */
export function set(file: YamlFile, path: Path, value: unknown, manners: MannersOf = noManners): string {
  const found = find(file, path);
  if (found?.shared) throw new SharedValueError();
  if (found && !found.inherited && says(found.node, value)) return file.text;
  const root = file.doc.contents;
  if (!isMap(root)) return `${file.text.trimEnd()}${file.text.trim() ? "\n" : ""}${writeKeys(nest(path, value) as object, 0)}\n`;
  let node: Node = root as YAMLMap;
  for (const [depth, key] of path.entries()) {
    const rest = path.slice(depth + 1);
    const own = childOf(node, key);
    if (own === undefined) return add(file, node, key, nest(rest, value), manners(path.slice(0, depth)));
    const last = depth === path.length - 1;
    if (last || own === null || !isCollection(own) || own.items.length === 0) {
      const short = manners(path.slice(0, depth + 1)).shorthand;
      if (!last && isScalar(own) && own.value !== null && rest.length === 1 && rest[0] === short) {
        return says(own, value) ? file.text : replace(file, node, key, own, value);
      }
      const whole = last ? value : withShorthand(own, short, nest(rest, value));
      return replace(file, node, key, own, whole);
    }
    if (isAlias(own)) throw new SharedValueError();
    node = own;
  }
  return file.text;
}

/** Whether a single value is there already; the line break at the end of a block is no part of what people type. */
function says(node: Node | null, value: unknown): boolean {
  if (!isScalar(node) || node.value === null) return false;
  if (typeof value !== "string" || typeof node.value !== "string") return node.value === value;
  return node.value.replace(/\n+$/, "") === value.replace(/\n+$/, "");
}

function withShorthand(own: Node | null, short: string | undefined, value: unknown): unknown {
  if (!short || !isScalar(own) || own.value === null || typeof value !== "object") return value;
  return { [short]: typeof own.value === "string" ? own.value : own.source, ...value };
}

function nest(path: Path, value: unknown): unknown {
  return path.reduceRight<unknown>((inner, key) => (typeof key === "number" ? [inner] : { [key]: inner }), value);
}

/** The value of a key or an index: null for a key with nothing after it, undefined when it is not there. */
function childOf(node: Node, key: string | number): Node | null | undefined {
  if (isMap(node)) {
    const pair = pairOf(node as YAMLMap, key);
    return pair ? (pair.value ?? null) : undefined;
  }
  return isSeq(node) && typeof key === "number" ? (node.items[key] as Node | undefined) : undefined;
}

const STYLES: Partial<Record<string, Style>> = {
  QUOTE_DOUBLE: "double",
  QUOTE_SINGLE: "single",
  BLOCK_LITERAL: "literal",
  BLOCK_FOLDED: "folded",
};

function replace(file: YamlFile, parent: Node, key: string | number, own: Node | null, value: unknown): string {
  const { text } = file;
  const flow = isCollection(parent) && parent.flow === true;
  const place = isMap(parent) ? pairOf(parent as YAMLMap, key)?.key : undefined;
  const column = place ? columnOf(text, startOf(place)) : dashOf(text, parent as YAMLSeq, key as number).column;
  if (own && isScalar(own) && own.range && own.value !== null && typeof value !== "object") {
    const [from] = own.range;
    const put = typeof value === "string" ? writeText(value, textManners(text, own, column, flow)) : String(value);
    return splice(text, from, endOf(text, own), put);
  }
  if (!place) {
    const from = own?.range?.[0] ?? 0;
    return splice(text, from, endOf(text, own), writeItem(value, column, flow));
  }
  const colon = text.indexOf(":", place.range?.[1] ?? 0) + 1;
  const isBefore = own?.range && !(isScalar(own) && own.value === null && startOf(own) === own.range[1]);
  const end = isBefore ? endOf(text, own) : colon;
  const inline = isCollection(own) && own.flow === true && own.items.length > 0;
  return splice(text, colon, end, writeAfterKey(value, column, flow || inline, String(key).length + 2));
}

function textManners(text: string, own: Scalar, column: number, flow: boolean) {
  const style = STYLES[own.type ?? ""] ?? "plain";
  const from = own.range?.[0] ?? 0;
  const block = style === "literal" || style === "folded";
  if (!block) return { style, flow, indent: column + 2, room: from - lineStart(text, from) };
  const first = lineEnd(text, from) + 1;
  const indent = /^ */.exec(text.slice(first, lineEnd(text, first)))?.[0].length ?? column + 2;
  return { style, flow, indent: Math.max(indent, column + 1), header: text.slice(from, lineEnd(text, from)).trimEnd() };
}

function add(file: YamlFile, parent: Node, key: string | number, value: unknown, { order }: Manners): string {
  const { text } = file;
  if (isSeq(parent)) return append(file, parent as YAMLSeq, value);
  if (!isMap(parent)) throw new SharedValueError();
  const pairs = parent.items as unknown as Written[];
  const [first] = pairs;
  if (!first) return splice(text, startOf(parent), endOf(text, parent), `{${writeKey(String(key))}:${writeAfterKey(value, 0, true)}}`);
  const after = pairs[placeFor(pairs, String(key), order)];
  if (parent.flow) {
    const put = `${writeKey(String(key))}:${writeAfterKey(value, 0, true)}`;
    if (!after) return splice(text, startOf(first.key), startOf(first.key), `${put}, `);
    return splice(text, endOfPair(text, after), endOfPair(text, after), `, ${put}`);
  }
  const column = columnOf(text, startOf(first.key));
  const put = writeKeys({ [key]: value }, column);
  if (after) return splice(text, lineEnd(text, endOfPair(text, after)), lineEnd(text, endOfPair(text, after)), `\n${put}`);
  return splice(text, startOf(first.key), startOf(first.key), `${put.trimStart()}\n${" ".repeat(column)}`);
}

/** Behind which pair a new key goes: the last of those that the schema names before it; -1 is the front. */
function placeFor(pairs: Written[], key: string, order?: readonly string[]): number {
  const rank = order?.indexOf(key) ?? -1;
  if (!order || rank === -1) return pairs.length - 1;
  const ranks = pairs.map((pair) => order.indexOf(String((pair.key as Scalar).value)));
  return ranks.reduce((best, each, index) => (each !== -1 && each < rank ? index : best), -1);
}

function endOfPair(text: string, pair: Written): number {
  return pair.value?.range && !(isScalar(pair.value) && pair.value.value === null) ? endOf(text, pair.value) : endOf(text, pair.key) + 1;
}

function dashOf(text: string, list: YAMLSeq, index: number): { offset: number; column: number } {
  const token = list.srcToken;
  const starts = token && "items" in token ? token.items[index]?.start : undefined;
  const dash = starts?.find((each) => each.type === "seq-item-ind");
  const offset = dash?.offset ?? startOf(list.items[index] as Node);
  return { offset, column: columnOf(text, offset) };
}

function append(file: YamlFile, list: YAMLSeq, value: unknown): string {
  const { text } = file;
  const count = list.items.length;
  const last = list.items[count - 1] as Node | undefined;
  if (!last) return splice(text, startOf(list), endOf(text, list), `[${writeItem(value, 0, true)}]`);
  if (list.flow) return splice(text, endOf(text, last), endOf(text, last), `, ${writeItem(value, 0, true)}`);
  const { column } = dashOf(text, list, count - 1);
  const at = lineEnd(text, endOf(text, last));
  return splice(text, at, at, `\n${isSpaced(text, list) ? "\n" : ""}${" ".repeat(column)}- ${writeItem(value, column)}`);
}

/** Whether items stand apart by blank lines. */
function isSpaced(text: string, list: YAMLSeq): boolean {
  if (list.items.length < 2) return false;
  const end = lineEnd(text, endOf(text, list.items[0] as Node));
  return /\n[ \t]*\n/.test(text.slice(end, dashOf(text, list, 1).offset));
}

/** Takes away what stands at a path; a group or list that would be left empty goes too. */
export function remove(file: YamlFile, path: Path): string {
  const found = find(file, path);
  if (!found || found.inherited) return file.text;
  const parent = path.length > 1 ? find(file, path.slice(0, -1))?.node : file.doc.contents;
  if (isAlias(parent) || (found.shared && !isAlias(found.node))) throw new SharedValueError();
  const key = path.at(-1);
  if (!isCollection(parent) || key === undefined) return file.text;
  if (parent.items.length === 1) return path.length > 1 ? remove(file, path.slice(0, -1)) : file.text;
  return isMap(parent) ? removePair(file.text, parent as YAMLMap, key) : removeItem(file.text, parent as YAMLSeq, Number(key));
}

function removePair(text: string, map: YAMLMap, key: string | number): string {
  const pairs = map.items as unknown as Written[];
  const index = pairs.findIndex((pair) => pair === pairOf(map, key));
  const pair = pairs[index];
  const next = pairs[index + 1];
  const before = pairs[index - 1];
  if (!pair) return text;
  const start = startOf(pair.key);
  if (map.flow || text.slice(lineStart(text, start), start).trim()) {
    if (next) return splice(text, start, startOf(next.key), "");
    return splice(text, before ? endOfPair(text, before) : start, endOfPair(text, pair), "");
  }
  return splice(text, lineStart(text, start), Math.min(lineEnd(text, endOfPair(text, pair)) + 1, text.length), "");
}

function removeItem(text: string, list: YAMLSeq, index: number): string {
  const own = list.items[index] as Node;
  const next = list.items[index + 1] as Node | undefined;
  if (list.flow) {
    const before = list.items[index - 1] as Node | undefined;
    if (next) return splice(text, startOf(own), startOf(next), "");
    return splice(text, before ? endOf(text, before) : startOf(own), endOf(text, own), "");
  }
  const from = lineStart(text, dashOf(text, list, index).offset);
  let to = Math.min(lineEnd(text, endOf(text, own)) + 1, text.length);
  if (/\n[ \t]*\n$/.test(text.slice(0, from))) to += /^(?:[ \t]*\n)?/.exec(text.slice(to))?.[0].length ?? 0;
  return splice(text, from, to, "");
}

/** Swaps an item of a list with the one after it, with their comments at the end of the line. */
export function swap(file: YamlFile, path: Path, index: number): string {
  const list = find(file, path)?.node;
  if (!isSeq(list) || index < 0 || index + 1 >= list.items.length) return file.text;
  const { text } = file;
  const reach = (at: number) => {
    const own = list.items[at] as Node;
    if (list.flow) return { from: startOf(own), to: endOf(text, own) };
    return { from: dashOf(text, list as YAMLSeq, at).offset, to: lineEnd(text, endOf(text, own)) };
  };
  const [one, two] = [reach(index), reach(index + 1)];
  const between = text.slice(one.to, two.from);
  return splice(text, one.from, two.to, text.slice(two.from, two.to) + between + text.slice(one.from, one.to));
}

/** The lines under a path as they stand, from the left edge: a part of the file to edit by itself. */
export function sourceAt(file: YamlFile, path: Path): string {
  const found = find(file, path);
  if (!found?.node?.range) return "";
  const { node } = found;
  const from = startOf(node);
  const column = columnOf(file.text, from);
  const text = file.text.slice(from, endOf(file.text, node));
  if (!isCollection(node) || node.flow) return text;
  return text.split("\n").map((line) => line.replace(new RegExp(`^ {0,${column}}`), "")).join("\n");
}

/** Puts a part that was edited by itself back; null when it cannot be read. */
export function setSource(file: YamlFile, path: Path, source: string, manners: MannersOf = noManners): string | null {
  const trimmed = source.replace(/\s+$/, "");
  if (!trimmed) return remove(file, path);
  const part = read(`value:\n${trimmed.replace(/^/gm, "  ")}\n`);
  if (part.fault) return null;
  const plain = plainAt(part, ["value"]);
  const old = find(file, path)?.node;
  if (!isCollection(old) || old.flow) return set(file, path, plain, manners);
  const column = columnOf(file.text, startOf(old));
  const put = trimmed.split("\n").map((line, index) => (index && line ? " ".repeat(column) + line : line)).join("\n");
  const next = splice(file.text, startOf(old), endOf(file.text, old), put);
  const check = read(next);
  return !check.fault && JSON.stringify(plainAt(check, path)) === JSON.stringify(plain) ? next : set(file, path, plain, manners);
}
