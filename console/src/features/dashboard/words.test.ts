import { expect, test } from "vitest";
import type { ActivityItem, AttentionItem } from "@/api/schema";
import { toldOf, wordsOf } from "./words";

const item = (given: Partial<AttentionItem>): AttentionItem => ({
  id: "x",
  kind: "turns_failed",
  severity: "high",
  at: "2026-03-01T00:00:00Z",
  count: 1,
  agent_slug: "nora",
  agent_name: "Nora",
  conversation_id: null,
  contact_name: null,
  about: [],
  ticket_number: null,
  ...given,
});
const event = (given: Partial<ActivityItem>): ActivityItem => ({
  id: "x",
  type: "conversation.opened",
  at: "2026-03-01T00:00:00Z",
  agent_slug: "nora",
  agent_name: "Nora",
  conversation_id: "c",
  contact_name: null,
  channel: "web_chat",
  version: null,
  ...given,
});

test("who waits is named, and somebody unknown is a visitor", () => {
  const waiting = { kind: "handoff_waiting", about: ["billing"] } as const;
  expect(wordsOf(item({ ...waiting, about: [...waiting.about], contact_name: "Ada" }))).toEqual({
    title: "Ada is waiting for a person",
    about: "Nora · billing",
  });
  expect(wordsOf(item({ kind: "handoff_waiting" }))).toEqual({ title: "A visitor is waiting for a person", about: "Nora" });
});

test("failures are counted and their reason is told, known or not", () => {
  expect(wordsOf(item({ count: 3, about: ["models_unavailable"] }))).toEqual({
    title: "Answers failed in 3 conversations",
    about: "Nora · No model could be reached",
  });
  expect(wordsOf(item({ about: ["odd_thing"] })).about).toBe("Nora · Reason: odd thing");
});

test("a long list of what is missing is cut", () => {
  const names = ["a", "b", "c", "d", "e"];
  expect(wordsOf(item({ kind: "agent_gaps", about: names, count: 7 })).title).toBe("Nora works without a, b, and 5 more");
  expect(wordsOf(item({ kind: "agent_gaps", about: ["a"], count: 1 })).title).toBe("Nora works without a");
});

test("what happened is told with names", () => {
  expect(toldOf(event({ contact_name: "Ada" }))).toEqual({ title: "Ada began to talk with Nora", about: "Web chat" });
  expect(toldOf(event({ channel: "playground" }))).toEqual({ title: "Nora was tried in the playground", about: "" });
  expect(toldOf(event({ type: "agent.published", version: 3, channel: null })).title).toBe("Version 3 of Nora went live");
  expect(toldOf(event({ type: "agent.rolled_back", version: 1 })).title).toBe("Nora went back to version 1");
});

test("an event of a newer server is shown rather than hidden", () => {
  expect(toldOf(event({ type: "agent.renamed" })).title).toBe("agent.renamed");
});
