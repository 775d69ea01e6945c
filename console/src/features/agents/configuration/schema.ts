/** What the JSON Schema of the agent file says of a path: for fields, completion and explanations alike. */
import type { Manners } from "./yaml-edit";
import type { Path } from "./yaml-file";

export interface Schema {
  $ref?: string;
  $defs?: Record<string, Schema>;
  type?: string;
  anyOf?: Schema[];
  allOf?: Schema[];
  enum?: unknown[];
  const?: unknown;
  properties?: Record<string, Schema>;
  additionalProperties?: boolean | Schema;
  required?: string[];
  items?: Schema;
  title?: string;
  description?: string;
  default?: unknown;
  examples?: unknown[];
  minimum?: number;
  maximum?: number;
  exclusiveMinimum?: number;
  maxLength?: number;
  pattern?: string;
}

export type Kind = "text" | "number" | "toggle" | "choice" | "texts" | "list" | "group" | "map" | "any";

/** A place of the file, as forms and the editor see it. */
export interface Shape {
  kind: Kind;
  help: string;
  fallback: unknown;
  examples: unknown[];
  choices: string[];
  required: boolean;
  whole: boolean;
  minimum?: number;
  maximum?: number;
  maxLength?: number;
  /** Of a group: its keys in the order in which they are written. */
  fields: string[];
  /** Of a group that may be written as one text: the key which that text stands for. */
  shorthand?: string;
  properties: Record<string, Schema>;
  item?: Schema;
  needed: string[];
  /** Where `$ref` inside it is looked up. */
  root: Schema;
}

const SHORT = /Short for `(\w+)`/;

function follow(root: Schema, schema: Schema): Schema {
  if (!schema.$ref) return schema.allOf?.[0] ? follow(root, { ...schema.allOf[0], ...schema, allOf: undefined }) : schema;
  const name = schema.$ref.split("/").at(-1) ?? "";
  const { $ref: _, ...own } = schema;
  return { ...follow(root, root.$defs?.[name] ?? {}), ...own };
}

export function shapeOf(root: Schema, given: Schema, required = false): Shape {
  let schema = follow(root, given);
  let shorthand: string | undefined;
  if (schema.anyOf) {
    const choices = schema.anyOf.map((each) => follow(root, each)).flatMap((each) => each.anyOf ?? [each]).filter((each) => each.type !== "null");
    const group = choices.find((each) => each.properties);
    const list = choices.find((each) => each.type === "array");
    shorthand = choices.map((each) => SHORT.exec(each.description ?? "")?.[1]).find(Boolean);
    const number = choices.every((each) => each.type === "string" || each.type === "number") && choices.find((each) => each.type === "number");
    const chosen = group ?? list ?? (number || undefined) ?? (choices.length === 1 ? choices[0] : undefined) ?? {};
    schema = { ...chosen, ...schema, description: schema.description ?? chosen.description, anyOf: undefined };
  }
  return {
    kind: kindOf(root, schema),
    help: schema.description ?? "",
    fallback: schema.default ?? undefined,
    examples: schema.examples ?? [],
    choices: (schema.enum ?? (schema.const === undefined ? [] : [schema.const])).map(String),
    required,
    whole: schema.type === "integer",
    minimum: schema.minimum ?? schema.exclusiveMinimum,
    maximum: schema.maximum,
    maxLength: schema.maxLength,
    fields: Object.keys(schema.properties ?? {}),
    shorthand,
    properties: schema.properties ?? {},
    item: schema.items,
    needed: schema.required ?? [],
    root,
  };
}

function kindOf(root: Schema, schema: Schema): Kind {
  if (schema.enum || schema.const !== undefined) return "choice";
  if (schema.properties) return "group";
  switch (schema.type) {
    case "string":
      return "text";
    case "integer":
    case "number":
      return "number";
    case "boolean":
      return "toggle";
    case "array":
      return schema.items && follow(root, schema.items).type === "string" ? "texts" : "list";
    case "object":
      return "map";
    default:
      return "any";
  }
}

export const childOf = (shape: Shape, key: string | number): Shape | undefined => {
  if (shape.kind === "list" || shape.kind === "texts") return shape.item ? shapeOf(shape.root, shape.item) : undefined;
  const schema = shape.properties[key];
  return schema ? shapeOf(shape.root, schema, shape.needed.includes(String(key))) : undefined;
};

/** Knows the shape of every path; `config` of a declared tool is that of its kind. */
export class FileSchema {
  readonly top: Shape;
  private readonly known = new Map<string, Shape | undefined>();

  constructor(
    readonly root: Schema,
    private readonly settingsOf: (path: Path) => Schema | undefined = () => undefined,
  ) {
    this.top = shapeOf(root, root);
  }

  at(path: Path): Shape | undefined {
    const isConfig = path[0] === "tools" && path[2] === "config";
    if (isConfig) {
      const settings = this.settingsOf(path);
      if (settings) return path.slice(3).reduce<Shape | undefined>(step, shapeOf(settings, settings));
    }
    const key = JSON.stringify(path.map((part) => (typeof part === "number" ? 0 : part)));
    if (!this.known.has(key)) this.known.set(key, path.reduce<Shape | undefined>(step, this.top));
    return this.known.get(key);
  }

  readonly manners = (path: Path): Manners => {
    const shape = this.at(path);
    return { order: shape?.fields, shorthand: shape?.shorthand };
  };
}

function step(shape: Shape | undefined, key: string | number): Shape | undefined {
  return shape && childOf(shape, key);
}

/** `max_tokens` as people say it. */
export function labelOf(key: string | number): string {
  return String(key).replaceAll("_", " ").replace(/^./, (first) => first.toUpperCase());
}

/** Every setting with its path, for the search; inside lists only what an item of theirs is. */
export function settingsOf(schema: FileSchema, path: Path = [], shape: Shape = schema.top): { path: Path; shape: Shape }[] {
  return shape.fields.flatMap((key) => {
    const inner = childOf(shape, key);
    if (!inner) return [];
    const place = [...path, key];
    return [{ path: place, shape: inner }, ...(inner.kind === "group" ? settingsOf(schema, place, inner) : [])];
  });
}
