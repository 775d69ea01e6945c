import { expect, test } from "vitest";
import type { NotificationOut } from "@/api/schema";
import { placeOf, say } from "./told";

const one = (given: Partial<NotificationOut>): NotificationOut => ({
  id: "1",
  kind: "handoff_asked",
  severity: "grave",
  subject: "conversation:c1",
  data: { agent: "ada", department: null },
  occurrences: 1,
  unread: true,
  created_at: "2026-01-01T00:00:00Z",
  updated_at: "2026-01-01T00:00:00Z",
  ...given,
});

test("a hand-off names the department where there is one", () => {
  expect(say(one({})).detail).toBe("ada handed the conversation over.");
  expect(say(one({}), new Map([["ada", "Ada Byron"]])).detail).toBe("Ada Byron handed the conversation over.");
  expect(say(one({ data: { agent: "ada", department: "sales" } })).detail).toBe("ada handed the conversation over to sales.");
});

test.each<[NotificationOut["kind"], Record<string, unknown>, string]>([
  ["turn_failed", { agent: "ada", code: "models_silent" }, "ada could not answer a customer"],
  ["agent_file_refused", { agent: "ada", code: "x", faults: 2 }, "The file of ada has a fault"],
  ["agent_file_refused", { agent: "ada", code: "file_removed", faults: 1 }, "The file of ada is gone"],
  ["agent_gap", { agent: "ada", gap: "tool", name: "fly" }, "ada needs the tool fly"],
  ["job_failed", { task: "kit.maintain", code: "x" }, "A background job failed: Hourly upkeep"],
])("%s is said in words", (kind, data, title) => expect(say(one({ kind, data })).title).toBe(title));

test("each leads to what it is about", () => {
  expect(placeOf(one({}))).toEqual({ to: "/conversations/$id", params: { id: "c1" } });
  expect(placeOf(one({ subject: "agent:ada" }))).toEqual({ to: "/agents/$slug", params: { slug: "ada" } });
  expect(placeOf(one({ subject: "job:7" }))).toEqual({ to: "/health", search: { status: "failed" } });
});
