import { describe, expect, it } from "vitest";
import { Thread } from "../src/thread";
import type { Message } from "../src/types";

function message(seq: number, role: Message["role"], content: string, metadata: Message["metadata"] = {}): Message {
  return { id: `m${seq}`, seq, role, content, created_at: new Date().toISOString(), metadata };
}

const said = (thread: Thread): string[] => thread.entries.map((each) => each.content);

describe("a thread", () => {
  it("shows each message once and in the platform's order", () => {
    const thread = new Thread();
    thread.merge([message(2, "assistant", "b"), message(1, "user", "a")]);
    expect(thread.merge([message(1, "user", "a"), message(3, "user", "c")])).toHaveLength(1);
    expect(said(thread)).toEqual(["a", "b", "c"]);
  });

  it("knows an own message again whose confirmation was lost", () => {
    const thread = new Thread();
    const entry = thread.add("k1", "hello", []);
    thread.merge([message(1, "user", "hello")]);
    expect(thread.entries).toEqual([entry]);
    expect(entry).toMatchObject({ id: "m1", seq: 1, delivery: "sent" });
  });

  it("goes by the key where the platform tells it, not by the words", () => {
    const thread = new Thread();
    thread.add("k1", "yes", []);
    const second = thread.add("k2", "yes", []);
    thread.merge([message(5, "user", "yes", { idempotency_key: "k2" })]);
    expect(second.id).toBe("m5");
    expect(thread.entries[0]?.seq === 5 || thread.entries[1]?.seq === 5).toBe(true);
    expect(thread.entries).toHaveLength(2);
  });

  it("joins the twin that another stream brought first", () => {
    const thread = new Thread();
    thread.merge([message(1, "user", "from elsewhere")]);
    const entry = thread.add("k1", "other words", []);
    thread.bind(entry, "m1");
    expect(thread.entries).toEqual([entry]);
    expect(entry.seq).toBe(1);
  });

  it("puts an answer right after its question though its number is not known", () => {
    const thread = new Thread();
    const question = thread.add("k1", "q1", []);
    thread.add("k2", "q2", []);
    const answer = message(2, "assistant", "a1");
    thread.merge([answer]);
    thread.answered(question, answer);
    expect(said(thread)).toEqual(["q1", "a1", "q2"]);
  });

  it("hides what is for the model only", () => {
    const thread = new Thread();
    thread.merge([message(1, "system", "secret"), message(2, "tool", "{}"), message(3, "system", "Told to all", { public: true })]);
    expect(said(thread)).toEqual(["Told to all"]);
  });

  it("keeps what was not delivered when the conversation changes", () => {
    const thread = new Thread();
    thread.merge([message(1, "user", "old")]);
    thread.add("k1", "unsent", []);
    thread.clear();
    expect(said(thread)).toEqual(["unsent"]);
  });
});
