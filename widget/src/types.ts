/** What goes over the wire between the widget and the platform; shapes only. */

export type Json = null | boolean | number | string | Json[] | { [key: string]: Json };

export interface AttachmentPolicy {
  accept: boolean;
  /** Media types (`image/*`, `application/pdf`) or endings (`.pdf`). Empty means any. */
  types: string[];
  max_bytes: number;
}

export interface Config {
  agent: {
    slug: string;
    name: string;
    company: string;
    greeting: string;
    languages: string[];
    model_label: string | null;
  };
  theme: { colour: string | null; title: string | null };
  proactive_after_seconds: number | null;
  attachments: AttachmentPolicy;
  starters: string[];
}

export interface Session {
  token: string;
  expires_in: number;
  conversation_id: string;
  contact_id: string;
  visitor: string;
  status?: string;
}

export interface Profile {
  name?: string;
  email?: string;
  phone?: string;
}

export interface Attachment {
  id: string;
  name: string;
  content_type: string;
  size: number;
}

export interface Citation {
  title: string;
  source: string;
  passage: string;
}

export interface Message {
  id: string;
  seq: number;
  role: "user" | "assistant" | "tool" | "system";
  content: string;
  attachments?: Attachment[];
  citations?: Citation[];
  run_id?: string | null;
  created_at: string;
  metadata?: { [key: string]: Json };
}

export interface Page<T> {
  items: T[];
  next_cursor: string | null;
  total: number | null;
}

export interface Problem {
  title?: string;
  detail?: string;
  code?: string;
  hint?: string;
  status?: number;
}

export type ToolStatus = "running" | "ok" | "error" | "outcome_unknown";

/**
 * The events of a conversation, as SSE and as WebSocket frames. `message_id` is the visitor's message whose turn it is; only
 * an answer that came as plain JSON has none.
 */
export type StreamEvent = { message_id?: string } & (
  | { type: "message.received"; seq: number; content: string }
  | { type: "turn.queued" }
  | { type: "turn.started"; run_id: string }
  | { type: "text.delta"; text: string }
  | { type: "tool.started"; call_id: string; name: string }
  | { type: "tool.finished"; call_id: string; name: string; status: Exclude<ToolStatus, "running"> }
  | { type: "turn.restarted"; reason: string }
  | { type: "turn.handoff"; reason: string }
  | { type: "message.completed"; message: Message }
  | { type: "turn.completed" }
  | { type: "turn.failed"; problem?: Problem }
  | { type: "turn.cancelled"; problem?: Problem }
);
