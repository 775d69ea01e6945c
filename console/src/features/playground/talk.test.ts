import { describe, expect, test } from "vitest";
import { Problem } from "@/api/problem";
import { begin, forget, SILENT, take, type Talk } from "./talk";

const started = begin(SILENT, { said: "What does it cost?", key: "key" });
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

const begun: [string, unknown] = ["turn.started", { run_id: "r1", agent_version: 3 }];
const called: [string, unknown] = ["tool.started", { call_id: "c1", name: "calculate", arguments: { expression: "6*7" } }];
const result: [string, unknown] = ["tool.finished", { call_id: "c1", status: "ok", result: { value: 42 }, duration_ms: 5 }];
const answer = { message_id: "m1", message: { id: "a1", seq: 2, role: "assistant", content: "42" } };

test("steps appear as they happen, each with what it was given and what it gave", () => {
  expect(after(begun).live?.steps.map((step) => [step.kind, step.state])).toEqual([["decision", "started"]]);
  expect(after(begun, called).live?.steps.map((step) => [step.kind, step.state, step.input, step.output])).toEqual([
    ["decision", "done", null, { tool_calls: [{ name: "calculate" }] }],
    ["tool", "started", { expression: "6*7" }, null],
  ]);
  const steps = after(begun, called, result).live?.steps;
  expect(steps?.map((step) => step.state)).toEqual(["done", "done", "started"]);
  expect([steps?.[1]?.output, steps?.[1]?.duration_ms]).toEqual([{ value: 42 }, 5]);
});

test("several calls of one decision run side by side, and only then the model goes on", () => {
  const second: [string, unknown] = ["tool.started", { call_id: "c2", name: "current_time", arguments: {} }];
  const { live } = after(begun, called, second, result);

  expect(live?.steps.map((step) => [step.kind, step.state])).toEqual([
    ["decision", "done"],
    ["tool", "done"],
    ["tool", "started"],
  ]);
  expect(live?.steps[0]?.output).toEqual({ tool_calls: [{ name: "calculate" }, { name: "current_time" }] });
});

test("the turn's steps stay until the stored trace takes their place", () => {
  const { live, pending } = after(begun, called, result, ["message.completed", answer], ["turn.completed", {}]);

  expect(pending).toBeNull();
  expect([live?.id, live?.version, live?.state]).toEqual(["r1", 3, "completed"]);
  expect(live?.steps.every((step) => step.state === "done")).toBe(true);
});

test("a turn that another process took up begins its steps anew", () => {
  expect(after(begun, called, ["turn.restarted", { reason: "recovered" }]).live?.steps).toHaveLength(1);
});

test("a stopped turn keeps what was said where it was said, and tells that it was stopped", () => {
  const received: [string, unknown] = ["message.received", { message_id: "m1", seq: 7 }];
  const stopped: [string, unknown] = ["turn.cancelled", { message_id: "m1", problem: { code: "turn_stopped" } }];
  const talk = after(received, begun, called, stopped);

  expect(talk.pending).toBeNull();
  expect(talk.messages.map((each) => [each.id, each.seq, each.metadata?.problem_code])).toEqual([["m1", 7, "turn_stopped"]]);
  expect(talk.live?.state).toBe("cancelled");
});

test("a hand-off ends the steps with a person", () => {
  const steps = after(begun, called, result, ["turn.handoff", { reason: "asked" }]).live?.steps;

  expect(steps?.at(-1)).toMatchObject({ kind: "human", state: "done" });
});

describe("what did not get through", () => {
  const refused = (talk: Talk): Talk => ({
    ...talk,
    pending: talk.pending && { ...talk.pending, problem: new Problem({ status: 0, code: "unreachable", detail: "No way." }) },
  });
  const failed = refused(started);

  test("stays when something else is said", () => {
    const talk = begin(failed, { said: "Hello?", key: "other" });

    expect(talk.unsent.map((each) => [each.said, each.key])).toEqual([["What does it cost?", "key"]]);
    expect(talk.pending?.said).toBe("Hello?");
  });

  test("is there once while it is tried again", () => {
    const talk = begin(failed, { said: "What does it cost?", key: "key" }, failed.pending ?? undefined);

    expect([talk.unsent, talk.pending?.said]).toEqual([[], "What does it cost?"]);
    const both = refused(begin(failed, { said: "Hello?", key: "other" }));
    const again = begin(both, { said: "What does it cost?", key: "key" }, both.unsent[0]);
    expect(again.unsent.map((each) => each.said)).toEqual(["Hello?"]);
  });

  test("is thrown away alone", () => {
    const both = refused(begin(failed, { said: "Hello?", key: "other" }));
    const [first] = both.unsent;

    expect(first && forget(both, first)).toMatchObject({ unsent: [], pending: { said: "Hello?" } });
    expect(both.pending && forget(both, both.pending)).toMatchObject({ unsent: [{ said: "What does it cost?" }], pending: null });
  });

  test("is no longer unsent once the server has it", () => {
    const stored = take(started, "message.received", { message_id: "m1", seq: 3 });

    expect(begin(refused(stored), { said: "Hello?", key: "other" }).unsent).toEqual([]);
  });

  test("keeps its files and the message in whose place it was said", () => {
    const plan = new File(["the plan"], "plan.txt");
    const talk = begin(refused(begin(SILENT, { said: "Look", key: "key", chosen: [plan] })), { said: "Hello?", key: "other" });

    expect(talk.unsent[0]?.chosen).toEqual([plan]);
  });
});
