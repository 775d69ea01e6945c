import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { FileSchema, labelOf, type Schema, settingsOf } from "./schema";
import { explain, offersAt, type Words } from "./yaml-help";
import { pathOfLine, placeAt } from "./yaml-place";
import { plainAt, read } from "./yaml-file";

const DOCS = join(import.meta.dirname, "../../../../../docs/reference/agent.schema.json");
const root = JSON.parse(readFileSync(DOCS, "utf8")) as Schema;
const share: Schema = { anyOf: [{ type: "number", minimum: 0 }, { type: "string", pattern: "^[0-9.]+$" }] };
const price: Schema = { properties: { share, table: { type: "string", description: "The table." } }, required: ["table"] };
const schema = new FileSchema(root, (path) => (path[1] === 0 ? price : undefined));
const words: Words = {
  models: [{ name: "auto", ready: true }],
  toolTypes: ["api", "price"],
  secrets: ["CRM_KEY"],
  tools: [{ name: "calculate", description: "Works sums out." }],
  variables: ["agent_name"],
};

/** The offers at the `|` of a text. */
function at(marked: string) {
  const offset = marked.indexOf("¦");
  const lines = marked.slice(0, offset).split("\n");
  const text = marked.replace("¦", "");
  return offersAt(text, lines.length - 1, lines.at(-1)?.length ?? 0, schema, words);
}
const labels = (marked: string) => at(marked)?.offers.map((each) => each.label) ?? [];

test("keys are offered by their place, without those that stand there already", () => {
  expect(labels("¦")).toEqual(expect.arrayContaining(["version", "agent", "tools"]));
  expect(labels('version: "1.0"\n¦')).not.toContain("version");
  const inAgent = labels("agent:\n  name: Ada\n  gre¦\n  model:\n    primary: auto\n");
  expect(inAgent).toContain("greeting");
  expect(inAgent).not.toContain("name");
  expect(inAgent).not.toContain("model");
  expect(labels("agent:\n  model:\n    ¦")).toEqual(expect.arrayContaining(["primary", "temperature"]));
  expect(labels("agent:\n  model:\n    primary: auto\n  ¦")).toContain("system_prompt");
});

test("a group is begun on the next line, a list with its dash", () => {
  const insert = (marked: string, label: string) => at(marked)?.offers.find((each) => each.label === label)?.insert;
  expect(insert("beh¦", "behavior")).toBe("behavior:\n  ");
  expect(insert("agent:\n  ob¦", "objectives")).toBe("objectives:\n    - ");
  expect(insert("agent:\n  gr¦", "greeting")).toBe("greeting: ");
});

test("items of a list are tools by name or keys of an entry", () => {
  expect(labels("tools:\n  - ¦")).toEqual(expect.arrayContaining(["calculate", "name", "type"]));
  expect(labels("tools: [cal¦")).toContain("calculate");
  expect(labels("tools:\n  - name: x\n    ¦")).toContain("risk");
  expect(labels("tools:\n- name: x\n  risk: ¦")).toEqual(["low", "medium", "high"]);
  expect(labels("tools:\n  - name: x\n    type: ¦")).toEqual(["api", "price"]);
  expect(labels("tools:\n  - name: x\n    type: price\n    config:\n      ¦")).toEqual(["share", "table"]);
});

test("values come from the schema and from what the server knows", () => {
  expect(labels("conversation:\n  when_busy: ¦")).toEqual(["queue", "interrupt", "reject"]);
  expect(labels("memory:\n  summary: ¦")).toEqual(["true", "false"]);
  expect(labels("agent:\n  model:\n    primary: ¦")).toEqual(["auto"]);
  expect(labels("integrations:\n  - name: crm\n    config:\n      api_key: ${C¦")).toEqual(["CRM_KEY"]);
  expect(at("version: ¦")?.offers[0]?.insert).toBe('"1.0"');
});

test("inside the prompt only its variables are offered, and in a comment nothing", () => {
  const prompt = "agent:\n  system_prompt: |\n    How you work:\n      name: {¦\n  name: x\n";
  expect(labels(prompt)).toEqual(["agent_name"]);
  expect(labels("agent:\n  system_prompt: |\n    You are ¦")).toEqual([]);
  expect(labels("agent: # ¦")).toEqual([]);
});

test("every line of a shipped agent is known by its path", () => {
  const text = readFileSync(join(import.meta.dirname, "../../../../../agents/care-clinic.yaml"), "utf8");
  const file = read(text);
  for (const [line, content] of text.split("\n").entries()) {
    const found = pathOfLine(text, line);
    if (!found || /<<:|^\s*- [^a-z]|,$/.test(content)) continue;
    expect(plainAt(file, found.path), content).not.toBeUndefined();
  }
  expect(pathOfLine(text, text.split("\n").findIndex((line) => line.includes("max_tokens")))?.path).toEqual([
    "agent", "model", "max_tokens",
  ]);
});

test("a key is explained with what it holds", () => {
  const told = explain(["agent", "model", "temperature"], schema);
  expect(told).toMatchObject({ title: "temperature", required: false });
  expect(told?.facts).toEqual([["limits", "≥ 0, ≤ 2"], ["example", "0.3"]]);
  expect(explain(["conversation", "when_busy"], schema)?.facts[0]).toEqual(["allowed", "queue, interrupt, reject"]);
  expect(explain(["agent", "system_prompt"], schema)?.required).toBe(true);
  expect(explain(["nothing"], schema)).toBeNull();
});

test("short forms, kinds and labels are read from the schema", () => {
  expect(schema.at(["agent", "model"])).toMatchObject({ kind: "group", shorthand: "primary" });
  expect(schema.at(["agent", "objectives"])?.kind).toBe("texts");
  expect(schema.at(["tools", 3])).toMatchObject({ kind: "group", shorthand: "name" });
  expect(schema.at(["agent", "variables"])?.kind).toBe("map");
  expect(schema.at(["tools", 0, "config", "table"])?.required).toBe(true);
  expect(schema.at(["tools", 0, "config", "share"])).toMatchObject({ kind: "number", minimum: 0 });
  expect(labelOf("max_tokens")).toBe("Max tokens");
  expect(settingsOf(schema).map(({ path }) => path.join("."))).toContain("behavior.human_handoff.mode");
});

test("the place of a half-written line is known", () => {
  expect(placeAt("agent:\n  mod", 1, 5)).toMatchObject({ path: ["agent"], at: "key", typed: "mod" });
  expect(placeAt("data:\n  - name: a\n  - na", 2, 6)).toMatchObject({ path: ["data", 1], at: "item", typed: "na" });
});
