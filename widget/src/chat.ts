import type { Api } from "./api";
import { backoffMs } from "./backoff";
import { Outbox } from "./outbox";
import { RequestProblem } from "./problem";
import { Socket } from "./socket";
import type { Storage } from "./storage";
import { type Entry, Thread } from "./thread";
import { advance, newTurn, type Turn } from "./turn";
import type { Attachment, Message, Session, StreamEvent } from "./types";

export type Line = "up" | "down";
type Listener = () => void;

const CATCH_UP = { first: 3_000, largest: 30_000 };
const REST_AFTER_MS = 300_000;

/** The conversation behind the view: history, own messages on their way, the running turn, the state of the line. */
export class Chat {
  readonly thread = new Thread();
  turn: Turn | null = null;
  line: Line = "up";
  handedOff = false;
  loading = false;
  /** Where older messages go on; null when all are here. */
  older: string | null = null;
  failure: { code: string; detail: string } | null = null;
  unclear = false;
  onChange: Listener = () => undefined;
  onMessage: (message: Message) => void = () => undefined;

  private readonly socket: Socket;
  private readonly outbox: Outbox;
  private conversationId: string | null = null;
  private restTimer: ReturnType<typeof setTimeout> | null = null;
  private catchUpTimer: ReturnType<typeof setTimeout> | null = null;

  constructor(
    readonly api: Api,
    private readonly storage: Storage,
  ) {
    this.outbox = new Outbox(this, api, storage);
    this.socket = new Socket(() => api.socketAddress());
    this.socket.onEvent = (event) => this.take(event, null);
    this.socket.onUp = () => {
      this.line = "up";
      void this.catchUp();
    };
    this.socket.onDown = () => {
      this.line = "down";
      this.changed();
    };
    api.onSession = (session) => this.welcome(session);
    addEventListener("online", () => void this.catchUp());
    document.addEventListener("visibilitychange", () => this.seen());
  }

  get busy(): boolean {
    return this.turn !== null || this.outbox.busy || this.catchUpTimer !== null;
  }

  /** Brings back what was said before and what was not delivered; does nothing for a first-time visitor. */
  async resume(): Promise<void> {
    for (const unsent of this.storage.unsent) this.thread.add(unsent.key, unsent.content, unsent.attachments);
    if (this.storage.visitor === null && this.storage.unsent.length === 0) return;
    this.loading = this.thread.entries.length === 0;
    this.changed();
    await this.catchUp();
    this.loading = false;
    const last = this.thread.entries.at(-1);
    if (last?.open) this.catchUpUntilAnswered(last);
    this.changed();
    this.connect();
    this.outbox.pump();
  }

  connect(): void {
    this.socket.start();
  }

  disconnect(): void {
    this.socket.stop();
  }

  send(content: string, attachments: Attachment[]): void {
    this.failure = null;
    const entry = this.thread.add(newKey(), content, attachments);
    this.storage.keep({ key: entry.key, content, attachments });
    this.outbox.pump();
    this.changed();
  }

  retry(entry: Entry): void {
    entry.delivery = "waiting";
    entry.error = null;
    this.outbox.pump();
    this.changed();
  }

  discard(entry: Entry): void {
    this.thread.remove(entry);
    this.storage.drop(entry.key);
    this.changed();
  }

  /** Leaves this conversation and opens another one with the same contact. */
  async startAnew(): Promise<void> {
    await this.api.open(true);
  }

  async loadOlder(): Promise<void> {
    if (this.older === null) return;
    const page = await this.api.messages(this.older);
    this.older = page.next_cursor;
    this.thread.merge(page.items);
    this.changed();
  }

  /** Fetches what was said meanwhile; a failure leaves the present view as it is. */
  async catchUp(): Promise<void> {
    if (this.storage.visitor === null) return;
    const first = this.thread.lastSeq === 0;
    try {
      const page = await this.api.messages(null);
      if (first) this.older = page.next_cursor;
      const fresh = this.thread.merge(page.items);
      for (const entry of this.thread.entries) if (entry.id !== null) this.storage.drop(entry.key);
      if (this.turn && fresh.some((entry) => entry.role === "assistant") && !this.outbox.busy) this.turn = null;
      this.changed();
    } catch (problem) {
      if (!(problem instanceof RequestProblem)) throw problem;
      if (problem.status === 0) this.line = "down";
      this.changed();
    }
  }

  /** For an answer that no stream brings (202, or a reload in mid-turn): looks again until it is there. */
  catchUpUntilAnswered(entry: Entry, looks = 0): void {
    if (this.catchUpTimer !== null) return;
    entry.open = true;
    this.catchUpTimer = setTimeout(() => {
      this.catchUpTimer = null;
      void this.catchUp().then(() => {
        const waits = entry.open && !this.handedOff && this.thread.entries.includes(entry);
        if (waits && (entry.seq === null || this.thread.lastSeq < entry.seq)) this.catchUpUntilAnswered(entry, looks + 1);
        else this.changed();
      });
    }, backoffMs(looks, CATCH_UP));
  }

  /** One event, from the stream that answers `own` or from the socket (`own` null), which repeats what own streams bring. */
  take(event: StreamEvent, own: Entry | null): void {
    const id = event.message_id ?? null;
    if (own === null && this.repeats(event)) return;
    if (own && id !== null) this.confirm(own, id, event.type === "turn.queued" ? "queued" : "sent");
    switch (event.type) {
      case "turn.queued":
        break;
      case "turn.started":
        this.turn = newTurn(id, true);
        this.failure = null;
        this.unclear = false;
        if (id !== null && !this.thread.byId(id)) void this.catchUp();
        break;
      case "turn.handoff":
        this.handedOff = true;
        break;
      case "message.received":
        if (id !== null) this.thread.merge([received(id, event.seq, event.content)]);
        break;
      case "message.completed":
        this.receive(event, own);
        break;
      case "turn.completed":
      case "turn.cancelled":
        this.end(id);
        break;
      case "turn.failed":
        this.end(id);
        this.failure = { code: event.problem?.code ?? "", detail: event.problem?.detail ?? "" };
        break;
      default:
        if (this.turn === null || (id !== null && this.turn.messageId !== id)) this.turn = newTurn(id, false);
        advance(this.turn, event);
        if (event.type === "tool.finished" && event.status === "outcome_unknown") this.unclear = true;
    }
    this.changed();
  }

  private end(messageId: string | null): void {
    if (messageId === null || this.turn?.messageId === messageId) this.turn = null;
    const entry = messageId === null ? undefined : this.thread.byId(messageId);
    if (entry) entry.open = false;
  }

  changed(): void {
    this.onChange();
  }

  /** Ties an own message to the platform's row and stops keeping it for a resend. */
  confirm(entry: Entry, messageId: string, delivery: "queued" | "sent"): void {
    this.thread.bind(entry, messageId);
    entry.delivery = delivery;
    this.storage.drop(entry.key);
  }

  /** A tab left in the background gives its socket back after a while and looks again when it returns. */
  private seen(): void {
    if (this.restTimer !== null) clearTimeout(this.restTimer);
    this.restTimer = null;
    if (document.visibilityState === "hidden") {
      this.restTimer = setTimeout(() => this.disconnect(), REST_AFTER_MS);
    } else if (this.conversationId !== null) {
      this.connect();
      void this.catchUp();
    }
  }

  private receive(event: StreamEvent & { type: "message.completed" }, own: Entry | null): void {
    const { message } = event;
    const fresh = this.thread.merge([message]);
    if (message.role === "assistant") {
      if (own) this.thread.answered(own, message);
      if (this.turn) advance(this.turn, event);
      if (fresh.length > 0) this.onMessage(message);
    }
  }

  /** Whether the socket tells what an own stream tells as well. Finished messages are never refused: they have ids. */
  private repeats(event: StreamEvent): boolean {
    if (event.type === "message.received" || event.type === "message.completed" || event.type === "turn.handoff") return false;
    return event.type === "turn.queued" || this.outbox.streams(event.message_id ?? null);
  }

  private welcome(session: Session): void {
    this.handedOff = session.status === "handed_off";
    if (this.conversationId !== null && this.conversationId !== session.conversation_id) {
      this.thread.clear();
      this.turn = null;
      this.failure = null;
      this.older = null;
      this.storage.seen = 0;
      this.socket.restart();
    }
    this.conversationId = session.conversation_id;
    this.line = "up";
    this.changed();
  }
}

function received(id: string, seq: number, content: string): Message {
  return { id, seq, role: "user", content, created_at: new Date().toISOString() };
}

function newKey(): string {
  // randomUUID exists only on secure origins; a chat on plain http needs keys, too.
  if (typeof crypto.randomUUID === "function") return crypto.randomUUID();
  return Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, "0")).join("");
}
