/** An agent file as text that is read by paths: the text is the truth, nothing here changes it (see `yaml-edit`). */
import {
  type Document,
  isAlias,
  isCollection,
  isMap,
  isScalar,
  isSeq,
  type Node,
  type Pair,
  parseDocument,
  type YAMLMap,
} from "yaml";

export type Path = readonly (string | number)[];

export interface TextFault {
  line: number;
  column: number;
  message: string;
}

/** A text and what it was read into; `fault` says why it cannot be read, and then nothing else may be asked of it. */
export interface YamlFile {
  text: string;
  doc: Document.Parsed;
  fault: TextFault | null;
}

export interface Found {
  node: Node | null;
  /** It comes from elsewhere by a merge (`<<`): it can be overridden here. */
  inherited: boolean;
  /** It stands under an alias (`*name`): a change would change the other place too. */
  shared: boolean;
}

export function read(text: string): YamlFile {
  const doc = parseDocument(text, { keepSourceTokens: true, merge: true, version: "1.2" });
  const [error] = doc.errors;
  const at = error?.linePos?.[0];
  const message = error?.message.split(" at line ")[0] ?? "";
  let fault: TextFault | null = error ? { line: at?.line ?? 1, column: at?.col ?? 1, message } : null;
  if (!fault && doc.contents && !isMap(doc.contents)) {
    fault = { line: 1, column: 1, message: "The file is not a list of keys with values" };
  }
  return { text, doc, fault };
}

/** The pair of a key that stands in this map itself. */
export function pairOf(map: YAMLMap, key: string | number): Pair<Node, Node | null> | undefined {
  return map.items.find((pair) => isScalar(pair.key) && keyText(pair.key) === String(key)) as
    | Pair<Node, Node | null>
    | undefined;
}

function keyText(key: { source?: string; value: unknown }): string {
  return typeof key.value === "string" ? key.value : (key.source ?? String(key.value));
}

function merged(file: YamlFile, map: YAMLMap, key: string | number): Node | null | undefined {
  for (const pair of map.items) {
    if (!isScalar(pair.key) || String(pair.key.source ?? pair.key.value) !== "<<") continue;
    const sources = isSeq(pair.value) ? pair.value.items : [pair.value];
    for (const each of sources) {
      const source = isAlias(each) ? each.resolve(file.doc) : each;
      if (!isMap(source)) continue;
      const found = pairOf(source, key)?.value ?? merged(file, source, key);
      if (found) return found as Node;
    }
  }
  return undefined;
}

/** What stands at a path; undefined where nothing does. */
export function find(file: YamlFile, path: Path): Found | undefined {
  let node: Node | null = file.doc.contents;
  let inherited = false;
  let shared = false;
  for (const key of path) {
    if (isAlias(node)) {
      shared = true;
      node = (node.resolve(file.doc) as Node | undefined) ?? null;
    }
    if (isMap(node)) {
      const pair = pairOf(node as YAMLMap, key);
      const from: Node | null | undefined = pair ? null : merged(file, node as YAMLMap, key);
      if (!pair && from === undefined) return undefined;
      inherited ||= !pair;
      node = pair ? (pair.value ?? null) : (from ?? null);
    } else if (isSeq(node) && typeof key === "number" && key < node.items.length) {
      node = (node.items[key] as Node | undefined) ?? null;
    } else {
      return undefined;
    }
  }
  return { node, inherited, shared: shared || isAlias(node) };
}

function target(file: YamlFile, path: Path): Node | null | undefined {
  const node = find(file, path)?.node;
  return isAlias(node) ? ((node.resolve(file.doc) as Node | undefined) ?? null) : node;
}

/** A value as text, as it stands in the file: `007` stays `007`. */
export function textAt(file: YamlFile, path: Path): string | undefined {
  return textOf(target(file, path));
}

function textOf(node: unknown): string | undefined {
  if (!isScalar(node) || node.value === null) return undefined;
  if (typeof node.value === "string") return node.value;
  return node.source ?? String(node.value);
}

/** A list of texts; one text alone counts as a list of one. */
export function textsAt(file: YamlFile, path: Path): string[] {
  const node = target(file, path);
  if (isSeq(node)) return node.items.map((each) => textOf(isAlias(each) ? each.resolve(file.doc) : each) ?? "");
  const text = textOf(node);
  return text === undefined ? [] : [text];
}

export function lengthAt(file: YamlFile, path: Path): number {
  const node = target(file, path);
  return isSeq(node) ? node.items.length : node ? 1 : 0;
}

export function keysAt(file: YamlFile, path: Path): string[] {
  const node = target(file, path);
  return isMap(node) ? node.items.flatMap(({ key }) => (isScalar(key) ? [keyText(key)] : [])).filter((key) => key !== "<<") : [];
}

export function plainAt(file: YamlFile, path: Path): unknown {
  return target(file, path)?.toJS(file.doc);
}

export type NodeKind = "none" | "empty" | "scalar" | "map" | "list";

export function kindAt(file: YamlFile, path: Path): NodeKind {
  const node = target(file, path);
  if (node === undefined) return "none";
  if (node === null || (isScalar(node) && node.value === null)) return "empty";
  return isMap(node) ? "map" : isSeq(node) ? "list" : "scalar";
}

/** The end of what a node says, without blank lines and comments after it. */
export function endOf(text: string, node: Node | null | undefined): number {
  if (!node?.range) return 0;
  if (isCollection(node) && !node.flow) {
    const last = node.items.at(-1) as Pair<Node, Node | null> | Node | undefined;
    if (last && "key" in last) return last.value?.range ? endOf(text, last.value) : endOf(text, last.key as Node) + 1;
    if (last) return endOf(text, last as Node);
  }
  let end = node.range[1];
  while (end > node.range[0] && /\s/.test(text[end - 1] ?? "")) end -= 1;
  return end;
}

/** Lines, from 1, of the first and the last character at a path; the nearest that stands when it does not. */
export function linesAt(file: YamlFile, path: Path): { from: number; to: number } | null {
  for (let length = path.length; length > 0; length -= 1) {
    const parent = target(file, path.slice(0, length - 1));
    const key = path[length - 1];
    if (key === undefined) return null;
    const pair = isMap(parent) ? pairOf(parent, key) : undefined;
    const node = pair ? pair.value : isSeq(parent) && typeof key === "number" ? (parent.items[key] as Node) : undefined;
    const start = pair?.key.range?.[0] ?? node?.range?.[0];
    if (start === undefined) continue;
    const end = node?.range ? endOf(file.text, node) : start;
    return { from: lineOf(file.text, start), to: lineOf(file.text, Math.max(end, start)) };
  }
  return null;
}

export function lineOf(text: string, offset: number): number {
  let line = 1;
  for (let at = text.indexOf("\n"); at !== -1 && at < offset; at = text.indexOf("\n", at + 1)) line += 1;
  return line;
}

/** `tools[2].config` as the server writes it, as a path. */
export function parsePath(text: string): Path {
  if (text.startsWith("(")) return [];
  return [...text.matchAll(/\[(\d+)\]|([^.[\]]+)/g)].map(([, index, key]) => (index === undefined ? (key ?? "") : Number(index)));
}

export const showPath = (path: Path): string =>
  path.map((part) => (typeof part === "number" ? `[${part}]` : `.${part}`)).join("").replace(/^\./, "");

export function under(path: Path, root: Path): boolean {
  return root.length <= path.length && root.every((part, index) => part === path[index]);
}
