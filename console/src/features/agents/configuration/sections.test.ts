import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { FileSchema, type Schema, settingsOf } from "./schema";
import { SECTIONS, sectionOf } from "./sections";
import { parsePath } from "./yaml-file";

const DOCS = join(import.meta.dirname, "../../../../../docs/reference/agent.schema.json");
const schema = new FileSchema(JSON.parse(readFileSync(DOCS, "utf8")) as Schema);

test("every setting of the schema has a place in the form, and every place is a setting of the schema", () => {
  for (const { path } of settingsOf(schema)) expect(sectionOf(path), path.join(".")).toBeDefined();
  for (const path of SECTIONS.flatMap(({ groups }) => groups.flatMap(({ paths }) => paths))) {
    expect(schema.at(path), path.join(".")).toBeDefined();
  }
});

test("the server's path leads to the section of its field", () => {
  expect(sectionOf(parsePath("tools[2].config.table"))?.id).toBe("tools");
  expect(sectionOf(parsePath("agent.model.temperature"))?.id).toBe("model");
  expect(sectionOf(parsePath("behavior.human_handoff.triggers[0]"))?.id).toBe("behaviour");
  expect(sectionOf(parsePath("agent.system_prompt"))?.id).toBe("instructions");
  expect(sectionOf(parsePath("agnet"))).toBeUndefined();
  expect(sectionOf([])).toBeUndefined();
});
