import { expect, test } from "vitest";
import { begin, take, type Talk } from "./talk";

const started = begin({ pending: null, messages: [] }, "What does it cost?", "key");
const after = (...events: [string, unknown][]): Talk =>
  events.reduce((talk, [event, data]) => take(talk, event, data), started);

test("text grows as it streams", () => {
  expect(after(["text.delta", { text: "It " }], ["text.delta", { text: "costs" }]).pending?.text).toBe("It costs");
});

test("a restarted turn voids what was streamed", () => {
  expect(after(["text.delta", { text: "Wrong" }], ["turn.restarted", { reason: "model" }]).pending?.text).toBe("");
});

test("a tool shows while it runs", () => {
  expect(after(["tool.started", { name: "calculate" }]).pending?.tool).toBe("calculate");
  expect(after(["tool.started", { name: "calculate" }], ["tool.finished", {}]).pending?.tool).toBeNull();
});

test("the finished answer takes the place of the stream, after what was asked", () => {
  const talk = after(
    ["text.delta", { text: "It" }],
    ["message.completed", { message_id: "m1", message: { id: "a1", seq: 2, role: "assistant", content: "It costs 9." } }],
  );

  expect(talk.pending).toBeNull();
  expect(talk.messages.map((each) => [each.role, each.content])).toEqual([
    ["user", "What does it cost?"],
    ["assistant", "It costs 9."],
  ]);
});

test("a failed turn keeps what was said and tells why", () => {
  const talk = after(["turn.failed", { problem: { status: 503, code: "models_unavailable", detail: "No model." } }]);

  expect(talk.pending?.said).toBe("What does it cost?");
  expect(talk.pending?.problem?.code).toBe("models_unavailable");
});
