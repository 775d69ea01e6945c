/** Completion and explanations of an agent file, from its schema; no editor in here (see `yaml-extensions`). */
import { childOf, type FileSchema, type Shape } from "./schema";
import { placeAt } from "./yaml-place";
import type { Path } from "./yaml-file";

export interface Words {
  models: { name: string; ready: boolean }[];
  toolTypes: string[];
  secrets: string[];
  tools: { name: string; description: string }[];
  variables: string[];
}

export interface Offer {
  label: string;
  detail?: string;
  info?: string;
  insert: string;
  type: "property" | "enum" | "constant" | "function" | "variable" | "keyword";
}

export interface Offers {
  /** How many characters before the cursor are replaced. */
  replace: number;
  offers: Offer[];
}

const CHANNELS = ["web_chat", "api"];

/** What could stand at the cursor; line and column count from 0. */
export function offersAt(text: string, line: number, column: number, schema: FileSchema, words: Words): Offers | null {
  const before = text.split("\n")[line]?.slice(0, column) ?? "";
  const secret = /\$\{(\w*)$/.exec(before);
  if (secret) return { replace: secret[1]?.length ?? 0, offers: words.secrets.map((name) => offer(name, "constant", `${name}}`)) };
  const place = placeAt(text, line, column);
  if (!place) return null;
  if (place.at === "text" || (place.at === "value" && /prompt|greeting/.test(String(place.path.at(-1))))) {
    const variable = /(?:^|[^{])\{(\w*)$/.exec(before);
    if (!variable || place.path[0] !== "agent") return null;
    return { replace: variable[1]?.length ?? 0, offers: words.variables.map((name) => offer(name, "variable", `${name}}`)) };
  }
  const shape = schema.at(place.path);
  if (place.at === "value") {
    const inner = shape?.kind === "list" || shape?.kind === "texts" ? childOf(shape, 0) : shape;
    const path = inner === shape ? place.path : [...place.path, 0];
    const typed = /[^\s[,]*$/.exec(place.typed)?.[0] ?? "";
    return { replace: typed.length, offers: values(path, inner, words) };
  }
  const keys = shape?.fields.filter((key) => !place.siblings.has(key)).map((key) => keyOffer(key, shape, place.column)) ?? [];
  const single = place.at === "item" ? values(place.path, shape, words) : [];
  return { replace: place.typed.length, offers: [...single, ...keys] };
}

const offer = (label: string, type: Offer["type"], insert = label, info?: string, detail?: string): Offer => ({
  label, type, insert, info, detail,
});

function keyOffer(key: string, group: Shape, column: number): Offer {
  const shape = childOf(group, key);
  const pad = " ".repeat(column + 2);
  const nested = shape?.kind === "group" && !shape.shorthand;
  const insert = nested ? `${key}:\n${pad}` : shape?.kind === "list" || shape?.kind === "texts" ? `${key}:\n${pad}- ` : `${key}: `;
  return offer(key, "property", insert, shape?.help, shape?.required ? "*" : shape?.kind);
}

/** Values that a place may take, as far as they are known. */
export function values(path: Path, shape: Shape | undefined, words: Words): Offer[] {
  const [section, , third] = path;
  if (section === "tools" && (path.length === 2 || third === "name")) {
    return words.tools.map(({ name, description }) => offer(name, "function", name, description));
  }
  if (section === "tools" && third === "type" && path.length === 3) return words.toolTypes.map((name) => offer(name, "enum"));
  if (section === "channels" && (path.length === 3 || path.at(-1) === "type")) return CHANNELS.map((name) => offer(name, "enum"));
  if (path[1] === "model" && (path.length === 2 || path[2] === "primary" || path[2] === "fallback")) {
    return words.models.map(({ name }) => offer(name, "enum"));
  }
  if (!shape) return [];
  if (shape.kind === "choice") {
    return shape.choices.map((each) => offer(each, "enum", /^\d/.test(each) ? `"${each}"` : each));
  }
  if (shape.kind === "toggle") return ["true", "false"].map((each) => offer(each, "keyword"));
  const told = shape.fallback ?? shape.examples[0];
  return typeof told === "string" || typeof told === "number" ? [offer(String(told), "constant")] : [];
}

export interface Explanation {
  title: string;
  help: string;
  facts: [name: "holds" | "allowed" | "default" | "limits" | "example", text: string][];
  required: boolean;
}

export function explain(path: Path, schema: FileSchema): Explanation | null {
  const shape = schema.at(path);
  if (!shape || path.length === 0) return null;
  const facts: Explanation["facts"] = [];
  if (shape.choices.length) facts.push(["allowed", shape.choices.join(", ")]);
  const limits = [
    shape.minimum === undefined ? "" : `≥ ${shape.minimum}`,
    shape.maximum === undefined ? "" : `≤ ${shape.maximum}`,
    shape.maxLength === undefined ? "" : `≤ ${shape.maxLength} characters`,
  ].filter(Boolean);
  if (limits.length) facts.push(["limits", limits.join(", ")]);
  const { fallback } = shape;
  if (fallback !== undefined && fallback !== null && typeof fallback !== "object") facts.push(["default", String(fallback)]);
  const [example] = shape.examples;
  if (example !== undefined) facts.push(["example", typeof example === "string" ? example : JSON.stringify(example)]);
  const key = [...path].reverse().find((part) => typeof part === "string");
  return { title: String(key ?? ""), help: shape.help, facts, required: shape.required };
}
