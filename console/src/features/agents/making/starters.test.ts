import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { FileSchema, type Schema } from "../configuration/schema";
import { keysAt, kindAt, read, textAt } from "../configuration/yaml-file";
import { STARTERS } from "./starters";

const DOCS = join(import.meta.dirname, "../../../../../docs/reference/agent.schema.json");
const schema = new FileSchema(JSON.parse(readFileSync(DOCS, "utf8")) as Schema);

test.each(STARTERS)("$id is a commented file whose keys the schema knows", ({ source }) => {
  const file = read(source);
  expect(file.fault).toBeNull();
  expect(source.match(/#/g)?.length).toBeGreaterThan(2);
  expect(textAt(file, ["version"])).toBe("1.0");
  for (const section of keysAt(file, [])) {
    expect(schema.at([section]), section).toBeDefined();
    if (kindAt(file, [section]) !== "map") continue;
    for (const key of keysAt(file, [section])) expect(schema.at([section, key]), `${section}.${key}`).toBeDefined();
  }
});
