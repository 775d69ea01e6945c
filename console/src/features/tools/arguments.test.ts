import { expect, test } from "vitest";
import { fieldsOf, read } from "./arguments";

const schema = {
  type: "object",
  required: ["title"],
  properties: {
    title: { type: "string", maxLength: 200 },
    story: { type: "string", maxLength: 5000 },
    priority: { type: "string", enum: ["high", "low"] },
    seats: { anyOf: [{ type: "integer" }, { type: "null" }] },
    urgent: { type: "boolean" },
    extra: { type: "object" },
  },
};
const fields = fieldsOf(schema);

test("each argument gets the control that fits its schema", () => {
  expect(fields.map((each) => each.kind)).toEqual(["text", "long", "choice", "number", "boolean", "json"]);
});

test("what was typed becomes arguments of the right types, and the empty is left out", () => {
  const { args, faults } = read(fields, { title: " Lost ", seats: "3", urgent: "true", extra: '{"a":1}', story: "" });

  expect(faults).toEqual({});
  expect(args).toEqual({ title: "Lost", seats: 3, urgent: true, extra: { a: 1 } });
});

test("faults stand at their fields", () => {
  const { faults } = read(fields, { seats: "three", extra: "{" });

  expect(Object.keys(faults).sort()).toEqual(["extra", "seats", "title"]);
});
