import { expect, test } from "vitest";
import type { ReportedGapOut } from "@/api/schema";
import { secretRows } from "./secret-rows";

const gap = (name: string, agents: string[], kind = "secret") => ({ kind, name, agents }) as ReportedGapOut;
const stored = (name: string) => ({ name, created_at: "2026-01-01T00:00:00Z", updated_at: "2026-01-02T00:00:00Z" });

test("what is missing comes first and says who asks for it", () => {
  const rows = secretRows([stored("B"), stored("A")], [gap("Z_KEY", ["nora"]), gap("A", ["mia"]), gap("crm", ["nora"], "tool")]);

  expect(rows.map(({ name, agents }) => [name, agents])).toEqual([["Z_KEY", ["nora"]], ["A", ["mia"]], ["B", []]]);
  expect(rows.map(({ updatedAt }) => updatedAt === null)).toEqual([true, false, false]);
});

test("what no agent asks for any more is not missing", () => {
  expect(secretRows([], [gap("OLD", [])])).toEqual([]);
});
