/**
 * The small part of Markdown that answers use, made into DOM nodes: paragraphs, headings, lists, quotes, code, rules, tables,
 * bold, italics, links. Text only ever becomes text nodes, so markup in it stays words; links lead to the web, mail or phone.
 */

const SAFE_LINK = /^(https?:|mailto:|tel:)/i;
const DEEPEST = 6;
const INLINE =
  /(`+)([^`]|[^`].*?[^`])\1(?!`)|\*\*(?=\S)(.+?)(?<=\S)\*\*|__(?=\S)(.+?)(?<=\S)__|\*(?=[^\s*])(.+?)(?<=[^\s*])\*(?!\*)|(?<![\w_])_(?=[^\s_])(.+?)(?<=[^\s_])_(?![\w_])|~~(?=\S)(.+?)(?<=\S)~~|\[([^\[\]]+)\]\(([^()\s]+(?:\([^()\s]*\)[^()\s]*)*)\)|(https?:\/\/[^\s<>"'`]*[^\s<>"'`.,;:!?)\]])/s;

export function renderMarkdown(text: string): DocumentFragment {
  const fragment = document.createDocumentFragment();
  blocks(text.replace(/\r\n?/g, "\n").split("\n"), fragment, 0);
  return fragment;
}

function element<K extends keyof HTMLElementTagNameMap>(parent: Node, tag: K): HTMLElementTagNameMap[K] {
  return parent.appendChild(document.createElement(tag));
}

const FENCE = /^ {0,3}(```+|~~~+)(.*)$/;
const HEADING = /^ {0,3}(#{1,6})\s+(.*?)\s*#*$/;
const RULE = /^ {0,3}([-*_])(\s*\1){2,}\s*$/;
const QUOTE = /^ {0,3}> ?(.*)$/;
const ITEM = /^( *)([-*+•]|\d{1,9}[.)])\s+(.*)$/;
const TABLE_RULE = /^ *\|?( *:?-{2,}:? *\|)+( *:?-{2,}:? *)?$/;

/** Reads lines into `parent`; each reader returns the index after what it took. */
function blocks(lines: string[], parent: Node, depth: number): void {
  let at = 0;
  while (at < lines.length) {
    const line = lines[at] as string;
    if (line.trim() === "") at += 1;
    else if (FENCE.test(line)) at = code(lines, at, parent);
    else if (HEADING.test(line)) at = heading(lines, at, parent);
    else if (RULE.test(line)) {
      element(parent, "hr");
      at += 1;
    } else if (QUOTE.test(line) && depth < DEEPEST) at = quote(lines, at, parent, depth);
    else if (ITEM.test(line) && depth < DEEPEST) at = list(lines, at, parent, depth);
    else if (line.includes("|") && TABLE_RULE.test(lines[at + 1] ?? "")) at = table(lines, at, parent);
    else at = paragraph(lines, at, parent);
  }
}

function code(lines: string[], start: number, parent: Node): number {
  const fence = (FENCE.exec(lines[start] as string) as RegExpExecArray)[1] as string;
  let end = start + 1;
  while (end < lines.length && !(lines[end] as string).trim().startsWith(fence)) end += 1;
  element(element(parent, "pre"), "code").textContent = lines.slice(start + 1, end).join("\n");
  return end + 1;
}

function heading(lines: string[], at: number, parent: Node): number {
  const found = HEADING.exec(lines[at] as string) as RegExpExecArray;
  // In a bubble a heading is emphasis; the page's own outline stays as it is.
  const line = element(parent, "p");
  line.className = "heading";
  inline(found[2] as string, line, 0);
  return at + 1;
}

function quote(lines: string[], start: number, parent: Node, depth: number): number {
  const inside: string[] = [];
  let at = start;
  for (let found; at < lines.length && (found = QUOTE.exec(lines[at] as string)); at += 1) inside.push(found[1] as string);
  blocks(inside, element(parent, "blockquote"), depth + 1);
  return at;
}

function list(lines: string[], start: number, parent: Node, depth: number): number {
  const first = ITEM.exec(lines[start] as string) as RegExpExecArray;
  const indent = (first[1] as string).length;
  const ordered = /\d/.test(first[2] as string);
  const target = element(parent, ordered ? "ol" : "ul");
  if (ordered) (target as HTMLOListElement).start = Number.parseInt(first[2] as string, 10);
  let at = start;
  while (at < lines.length) {
    const found = ITEM.exec(lines[at] as string);
    if (!found || (found[1] as string).length !== indent || /\d/.test(found[2] as string) !== ordered) break;
    const inside = [found[3] as string];
    at += 1;
    // What is indented deeper, and a blank line before more of it, belongs to the item.
    while (at < lines.length) {
      const line = lines[at] as string;
      const deeper = line.search(/\S/) > indent;
      const blankInside = line.trim() === "" && (lines[at + 1] ?? "").search(/\S/) > indent;
      if (!deeper && !blankInside) break;
      inside.push(line.slice(Math.min(indent + 2, Math.max(0, line.search(/\S/)))));
      at += 1;
    }
    while (at < lines.length && (lines[at] as string).trim() === "" && sameList(lines[at + 1], indent, ordered)) at += 1;
    item(inside, element(target, "li"), depth);
  }
  return at;
}

function sameList(line: string | undefined, indent: number, ordered: boolean): boolean {
  const found = ITEM.exec(line ?? "");
  return found !== null && (found[1] as string).length === indent && /\d/.test(found[2] as string) === ordered;
}

function item(lines: string[], target: HTMLElement, depth: number): void {
  inline(lines[0] as string, target, 0);
  if (lines.length > 1) blocks(lines.slice(1), target, depth + 1);
}

function table(lines: string[], start: number, parent: Node): number {
  const box = element(parent, "div");
  box.className = "table";
  const target = element(box, "table");
  const head = element(element(target, "thead"), "tr");
  for (const cell of cells(lines[start] as string)) inline(cell, element(head, "th"), 0);
  const body = element(target, "tbody");
  let at = start + 2;
  for (; at < lines.length && (lines[at] as string).includes("|"); at += 1) {
    const row = element(body, "tr");
    for (const cell of cells(lines[at] as string)) inline(cell, element(row, "td"), 0);
  }
  return at;
}

function cells(line: string): string[] {
  return line.trim().replace(/^\||\|$/g, "").split("|").map((cell) => cell.trim());
}

function paragraph(lines: string[], start: number, parent: Node): number {
  const target = element(parent, "p");
  let at = start;
  do {
    if (at > start) element(target, "br");
    inline((lines[at] as string).trim(), target, 0);
    at += 1;
  } while (at < lines.length && continues(lines[at] as string));
  return at;
}

function continues(line: string): boolean {
  return line.trim() !== "" && ![FENCE, HEADING, RULE, QUOTE, ITEM].some((pattern) => pattern.test(line));
}

function inline(text: string, parent: Node, depth: number): void {
  let rest = text;
  while (rest !== "") {
    const found = depth < DEEPEST ? INLINE.exec(rest) : null;
    if (!found) break;
    if (found.index > 0) parent.appendChild(document.createTextNode(rest.slice(0, found.index)));
    mark(found, parent, depth);
    rest = rest.slice(found.index + found[0].length);
  }
  if (rest !== "") parent.appendChild(document.createTextNode(rest));
}

function mark(found: RegExpExecArray, parent: Node, depth: number): void {
  const [whole, , code, bold, bold2, italic, italic2, struck, label, target, bare] = found;
  if (code !== undefined) element(parent, "code").textContent = code.trim();
  else if (bold ?? bold2) inline((bold ?? bold2) as string, element(parent, "strong"), depth + 1);
  else if (italic ?? italic2) inline((italic ?? italic2) as string, element(parent, "em"), depth + 1);
  else if (struck) inline(struck, element(parent, "s"), depth + 1);
  else if (label !== undefined && target !== undefined && SAFE_LINK.test(target)) inline(label, link(parent, target), DEEPEST);
  else if (bare !== undefined) link(parent, bare).textContent = bare;
  else parent.appendChild(document.createTextNode(whole));
}

function link(parent: Node, address: string): HTMLAnchorElement {
  const anchor = element(parent, "a");
  anchor.href = address;
  anchor.target = "_blank";
  anchor.rel = "noopener noreferrer nofollow ugc";
  return anchor;
}
