/** From a JSON Schema to the fields of a form, and from what was typed to arguments; no screen. */
import { texts } from "./texts";

export interface ArgumentField {
  name: string;
  label: string;
  hint?: string;
  kind: "text" | "long" | "number" | "boolean" | "choice" | "json";
  choices: string[];
  required: boolean;
}

interface Property {
  type?: string | string[];
  enum?: unknown[];
  anyOf?: Property[];
  description?: string;
  maxLength?: number;
}

const LONG_CHARACTERS = 400;

export function fieldsOf(schema: Record<string, unknown>): ArgumentField[] {
  const properties = (schema.properties ?? {}) as Record<string, Property>;
  const required = new Set((schema.required as string[] | undefined) ?? []);
  return Object.entries(properties).map(([name, property]) => ({
    name,
    label: name.replaceAll("_", " ").replace(/^./, (first) => first.toUpperCase()),
    hint: property.description,
    kind: kindOf(property),
    choices: (property.enum ?? []).filter((each) => each !== null).map(String),
    required: required.has(name),
  }));
}

function kindOf(property: Property): ArgumentField["kind"] {
  if (property.enum) return "choice";
  const types = property.anyOf?.map((each) => each.type).flat() ?? [property.type].flat();
  const type = types.find((each) => each && each !== "null");
  if (type === "integer" || type === "number") return "number";
  if (type === "boolean") return "boolean";
  if (type === "object" || type === "array" || type === undefined) return "json";
  return (property.maxLength ?? 0) > LONG_CHARACTERS ? "long" : "text";
}

export type Typed = Record<string, string>;

/** The arguments that were typed, or what is wrong with each field; what was left empty is left out. */
export function read(fields: ArgumentField[], typed: Typed): { args: Record<string, unknown>; faults: Typed } {
  const args: Record<string, unknown> = {};
  const faults: Typed = {};
  for (const field of fields) {
    const text = (typed[field.name] ?? "").trim();
    if (!text) {
      if (field.required) faults[field.name] = texts.needed;
      continue;
    }
    const value = valueOf(field, text);
    if (value instanceof Error) faults[field.name] = value.message;
    else args[field.name] = value;
  }
  return { args, faults };
}

function valueOf(field: ArgumentField, text: string): unknown {
  switch (field.kind) {
    case "number":
      return Number.isFinite(Number(text)) ? Number(text) : new Error(texts.numberFault);
    case "boolean":
      return text === "true";
    case "json":
      try {
        return JSON.parse(text) as unknown;
      } catch {
        return new Error(texts.jsonFault);
      }
    default:
      return text;
  }
}
