import type { Attachment, Citation, Message } from "./types";

/** `waiting`: not taken by the platform yet; `sending`: on its way; `queued`: taken, its turn comes; `failed`: the visitor decides. */
export type Delivery = "waiting" | "sending" | "queued" | "sent" | "failed";

export interface Entry {
  /** Stable within the page: the idempotency key of an own message, else the message's id. */
  key: string;
  id: string | null;
  seq: number | null;
  role: "user" | "assistant" | "notice";
  content: string;
  attachments: Attachment[];
  citations: Citation[];
  at: number;
  delivery: Delivery;
  error: string | null;
  /** Taken and not answered yet, as the platform said when it was last asked. */
  open: boolean;
}

/** The messages of the conversation as one visitor sees them, each exactly once, in the platform's order. */
export class Thread {
  private list: Entry[] = [];

  get entries(): readonly Entry[] {
    return this.list;
  }

  get lastSeq(): number {
    return this.list.reduce((most, each) => Math.max(most, each.role === "assistant" ? (each.seq ?? 0) : 0), 0);
  }

  /** Empties the thread but for own messages that no conversation has taken yet. */
  clear(): void {
    this.list = this.list.filter((each) => each.role === "user" && each.id === null);
  }

  add(key: string, content: string, attachments: Attachment[]): Entry {
    const found = this.list.find((each) => each.key === key);
    if (found) return found;
    const entry: Entry = {
      key, id: null, seq: null, role: "user", content, attachments, citations: [], at: Date.now(), delivery: "waiting", error: null, open: false,
    };
    this.list.push(entry);
    return entry;
  }

  remove(entry: Entry): void {
    this.list = this.list.filter((each) => each !== entry);
  }

  byId(id: string): Entry | undefined {
    return this.list.find((each) => each.id === id);
  }

  /** Ties an own message to the platform's row, wherever the news came from. */
  bind(entry: Entry, id: string): void {
    const twin = this.byId(id);
    if (twin && twin !== entry) {
      entry.seq = twin.seq;
      this.remove(twin);
    }
    entry.id = id;
  }

  /** Takes messages of the platform in; returns those that were new here. */
  merge(messages: readonly Message[]): Entry[] {
    const fresh: Entry[] = [];
    for (const message of messages) {
      const role = shownRole(message);
      if (role === null) continue;
      const known = this.byId(message.id) ?? (role === "user" ? this.unbound(message) : undefined);
      if (known) {
        known.id = message.id;
        known.seq = message.seq;
        known.content = message.content;
        known.citations = message.citations ?? [];
        known.attachments = message.attachments ?? known.attachments;
        known.open = isOpen(message);
        if (known.delivery !== "queued") known.delivery = "sent";
        continue;
      }
      const entry: Entry = {
        key: message.id,
        id: message.id,
        seq: message.seq,
        role,
        content: message.content,
        attachments: message.attachments ?? [],
        citations: message.citations ?? [],
        at: Date.parse(message.created_at) || Date.now(),
        delivery: "sent",
        error: null,
        open: isOpen(message),
      };
      this.list.push(entry);
      fresh.push(entry);
    }
    this.sort();
    return fresh;
  }

  /** An answer came to `entry`, so it stands right before that answer even when its own number is not known yet. */
  answered(entry: Entry, answer: Message): void {
    entry.delivery = "sent";
    entry.open = false;
    if (entry.seq === null) entry.seq = answer.seq - 0.5;
    this.sort();
  }

  /** An own message whose confirmation was lost: the same key, or else the same words and no row of its own. */
  private unbound(message: Message): Entry | undefined {
    const key = message.metadata?.["idempotency_key"];
    const open = this.list.filter((each) => each.role === "user" && each.id === null);
    if (typeof key === "string") return open.find((each) => each.key === key);
    const said = Date.parse(message.created_at);
    return open.find((each) => each.content === message.content && !(said < each.at - 60_000));
  }

  private sort(): void {
    const place = (entry: Entry): number => entry.seq ?? Number.POSITIVE_INFINITY;
    this.list = this.list
      .map((entry, index) => ({ entry, index }))
      .sort((a, b) => (place(a.entry) === place(b.entry) ? a.index - b.index : place(a.entry) - place(b.entry)))
      .map(({ entry }) => entry);
  }
}

function isOpen(message: Message): boolean {
  const status = message.metadata?.["status"];
  return status === "waiting" || status === "running";
}

function shownRole(message: Message): Entry["role"] | null {
  if (message.role === "user") return "user";
  if (message.role === "assistant") return message.content || message.attachments?.length ? "assistant" : null;
  // A system message is for the model, unless it says that people may read it.
  return message.role === "system" && message.metadata?.["public"] === true ? "notice" : null;
}
