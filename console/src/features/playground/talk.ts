/** What the stream's events make of a talk; no network, no screen. */
import { Problem } from "@/api/problem";
import type { MessageOut } from "@/api/schema";

export interface Pending {
  key: string;
  said: string;
  text: string;
  tool: string | null;
  queued: boolean;
  problem: Problem | null;
}

export interface Talk {
  pending: Pending | null;
  messages: MessageOut[];
}

type Data = Record<string, unknown>;

export function begin(talk: Talk, said: string, key: string): Talk {
  return { ...talk, pending: { key, said, text: "", tool: null, queued: false, problem: null } };
}

/** The talk after an event; events of kinds that are not known change nothing. */
export function take(talk: Talk, event: string, data: unknown): Talk {
  const { pending } = talk;
  if (!pending) return talk;
  const told = data as Data;
  const now = (change: Partial<Pending>): Talk => ({ ...talk, pending: { ...pending, ...change } });
  switch (event) {
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
    case "message.completed":
      return { messages: [...talk.messages, customer(pending, told), told.message as MessageOut], pending: null };
    case "turn.failed":
      return now({ problem: problemIn(told.problem as Data) });
    default:
      return talk;
  }
}

function problemIn(told: Data): Problem {
  return new Problem({ ...told, status: Number(told.status), code: String(told.code), detail: String(told.detail) });
}

/** The customer's message, until the stored one takes its place. */
function customer(pending: Pending, told: Data): MessageOut {
  const answer = told.message as MessageOut;
  return {
    ...answer,
    id: String(told.message_id),
    seq: answer.seq - 0.5,
    role: "user",
    content: pending.said,
    citations: [],
    attachments: [],
    metadata: {},
  };
}
