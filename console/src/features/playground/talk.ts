/** What the stream's events make of a talk; no network, no screen. */
import { Problem } from "@/api/problem";
import type { FileOut, MessageOut, StepOut } from "@/api/schema";

export interface Pending {
  key: string;
  said: string;
  /** As they were chosen, and what was made of them once they were uploaded. */
  chosen: File[];
  files: FileOut[];
  /** The message in whose place it was said. */
  insteadOf: MessageOut | null;
  /** Id and place of what was said, once it is stored. */
  message_id: string | null;
  seq: number | null;
  text: string;
  tool: string | null;
  queued: boolean;
  stopping: boolean;
  problem: Problem | null;
}

/** The turn as it runs, step by step, until the stored trace takes its place. */
export interface LiveRun {
  id: string;
  version: number | null;
  state: "running" | "completed" | "failed" | "cancelled";
  steps: StepOut[];
}

export interface Talk {
  pending: Pending | null;
  /** What did not get through, oldest first; it waits until it is sent again or thrown away. */
  unsent: Pending[];
  messages: MessageOut[];
  live: LiveRun | null;
}

export const SILENT: Talk = { pending: null, unsent: [], messages: [], live: null };

type Data = Record<string, unknown>;

export type Begun = Pick<Pending, "key" | "said"> & Partial<Pick<Pending, "chosen" | "files" | "insteadOf">>;

/** The talk as something is said; what failed before and never arrived is kept, unless this is its second try. */
export function begin(talk: Talk, { key, said, chosen = [], files = [], insteadOf = null }: Begun, again?: Pending): Talk {
  const pending: Pending = {
    key,
    said,
    chosen,
    files,
    insteadOf,
    message_id: null,
    seq: null,
    text: "",
    tool: null,
    queued: false,
    stopping: false,
    problem: null,
  };
  const before = talk.pending?.problem && !talk.pending.message_id ? [...talk.unsent, talk.pending] : talk.unsent;
  return { messages: insteadOf ? [] : talk.messages, live: null, unsent: before.filter((each) => each !== again), pending };
}

/** The talk without something that did not get through. */
export function forget(talk: Talk, thrown: Pending): Talk {
  return {
    ...talk,
    pending: talk.pending === thrown ? null : talk.pending,
    unsent: talk.unsent.filter((each) => each !== thrown),
  };
}

/** The talk after an event; events of kinds that are not known change nothing. */
export function take(talk: Talk, event: string, data: unknown): Talk {
  const told = data as Data;
  const after = { ...talk, live: live(talk.live, event, told) };
  return talk.pending ? said(after, talk.pending, event, told) : after;
}

function said(talk: Talk, pending: Pending, event: string, told: Data): Talk {
  const now = (change: Partial<Pending>): Talk => ({ ...talk, pending: { ...pending, ...change } });
  switch (event) {
    case "message.received":
      return now({ message_id: String(told.message_id), seq: Number(told.seq) });
    case "turn.queued":
      return now({ queued: true });
    case "turn.started":
      return now({ queued: false });
    case "text.delta":
      return now({ text: pending.text + String(told.text), tool: null });
    case "turn.restarted":
      return now({ text: "", tool: null });
    case "tool.started":
      return now({ tool: String(told.name), text: "" });
    case "tool.finished":
      return now({ tool: null });
    case "message.completed": {
      const answer = told.message as MessageOut;
      const asked = customer(pending, String(told.message_id), answer.seq - 0.5, answer);
      return { ...talk, messages: [...talk.messages, asked, answer], pending: null };
    }
    case "turn.cancelled": {
      const metadata = { status: "failed", problem_code: (told.problem as Data | undefined)?.code };
      const asked = customer(pending, String(told.message_id), pending.seq ?? Number.MAX_SAFE_INTEGER, { metadata });
      return { ...talk, messages: [...talk.messages, asked], pending: null };
    }
    case "turn.failed":
      return now({ message_id: String(told.message_id ?? pending.message_id), problem: problemIn(told.problem as Data) });
    default:
      return talk;
  }
}

function live(run: LiveRun | null, event: string, told: Data): LiveRun | null {
  if (event === "turn.started") {
    return { id: String(told.run_id), version: Number(told.agent_version), state: "running", steps: [step("decision", 0)] };
  }
  if (!run) return null;
  const { steps } = run;
  const last = steps.at(-1);
  switch (event) {
    case "turn.restarted":
      return { ...run, steps: [step("decision", 0)] };
    case "tool.started": {
      const input = told.arguments;
      const begun = { ...step("tool", steps.length + 1), name: String(told.name), call_id: String(told.call_id), input };
      return { ...run, steps: [...decided(steps, String(told.name)), begun] };
    }
    case "tool.finished": {
      const state: StepOut["state"] = told.status === "ok" ? "done" : (told.status as StepOut["state"]);
      const end = { state, output: told.result, duration_ms: Number(told.duration_ms) };
      const ended = steps.map((each) => (each.call_id === told.call_id ? { ...each, ...end } : each));
      const waits = ended.some((each) => each.state === "started");
      return { ...run, steps: waits ? ended : [...ended, step("decision", ended.length)] };
    }
    case "turn.handoff":
      return { ...run, steps: [...steps.filter((each) => each.state !== "started"), { ...step("human", steps.length), state: "done" }] };
    case "message.completed":
      return last?.kind === "decision" ? { ...run, steps: [...steps.slice(0, -1), { ...last, state: "done" }] } : run;
    case "turn.completed":
      return { ...run, state: "completed" };
    case "turn.failed":
    case "turn.cancelled":
      return {
        ...run,
        state: event === "turn.failed" ? "failed" : "cancelled",
        steps: steps.filter((each) => !(each.kind === "decision" && each.state === "started")),
      };
    default:
      return run;
  }
}

/** A tool that starts tells what the model has decided; several of one decision come one after another. */
function decided(steps: StepOut[], name: string): StepOut[] {
  const at = steps.findLastIndex((each) => each.kind === "decision");
  return steps.map((each, index) => {
    if (index !== at) return each;
    const before = (each.output as { tool_calls: { name: string }[] } | null)?.tool_calls ?? [];
    return { ...each, state: "done" as const, output: { tool_calls: [...before, { name }] } };
  });
}

function step(kind: StepOut["kind"], seq: number): StepOut {
  return {
    seq,
    kind,
    state: "started",
    name: kind === "human" ? "handoff" : "",
    call_id: null,
    input: null,
    output: null,
    verdict: null,
    usage: null,
    message_id: null,
    duration_ms: null,
    created_at: "",
  };
}

function problemIn(told: Data): Problem {
  return new Problem({ ...told, status: Number(told.status), code: String(told.code), detail: String(told.detail) });
}

/** The customer's message, until the stored one takes its place. */
function customer(pending: Pending, id: string, seq: number, like: Partial<MessageOut>): MessageOut {
  return {
    id,
    conversation_id: like.conversation_id ?? "",
    seq: pending.seq ?? seq,
    role: "user",
    content: pending.said,
    run_id: null,
    created_at: like.created_at ?? new Date().toISOString(),
    citations: [],
    attachments: pending.files,
    metadata: like.role ? {} : (like.metadata ?? {}),
  };
}
