import { problemOf, RequestProblem } from "./problem";
import { readEvents } from "./sse";
import type { Storage } from "./storage";
import type { Attachment, Config, Message, Page, Profile, Session, StreamEvent } from "./types";

/** The server sends a comment every 15 s, so three missed ones mean that the line is dead. */
const SILENCE_MS = 45_000;
/** A token is renewed this long before it ends. */
const RENEW_EARLY_MS = 20_000;

export type Answer = { kind: "events"; events: AsyncGenerator<StreamEvent> } | { kind: "message"; message: Message } | { kind: "accepted" };

/** Every request of the widget. Opens the visitor's session when first needed and renews it silently. */
export class Api {
  private opened: Promise<Session> | null = null;
  private renewAt = 0;
  profile: Profile | null = null;
  onSession: (session: Session) => void = () => undefined;

  constructor(
    readonly base: string,
    private readonly key: string,
    private readonly storage: Storage,
  ) {}

  async config(): Promise<Config> {
    const response = await this.fetch(`/api/v1/widget/config?key=${encodeURIComponent(this.key)}`, {});
    return (await response.json()) as Config;
  }

  session(): Promise<Session> {
    if (this.opened === null || Date.now() > this.renewAt) this.open(false);
    return this.opened as Promise<Session>;
  }

  /** Asks for a session anew: with the visitor's secret the same contact and open conversation come back. */
  open(fresh: boolean): Promise<Session> {
    this.renewAt = Number.POSITIVE_INFINITY;
    const opening: Promise<Session> = this.requestSession(fresh).catch((problem: unknown) => {
      if (this.opened === opening) this.opened = null;
      throw problem;
    });
    this.opened = opening;
    return opening;
  }

  async messages(cursor: string | null): Promise<Page<Message>> {
    const tail = cursor ? `&cursor=${encodeURIComponent(cursor)}` : "";
    const response = await this.call((id) => `/api/v1/conversations/${id}/messages?limit=50&sort=-seq${tail}`, {});
    return (await response.json()) as Page<Message>;
  }

  async send(content: string, attachments: Attachment[], idempotencyKey: string, signal: AbortSignal): Promise<Answer> {
    const response = await this.call((id) => `/api/v1/conversations/${id}/messages`, {
      method: "POST",
      signal,
      headers: { "Content-Type": "application/json", Accept: "text/event-stream", "Idempotency-Key": idempotencyKey },
      body: JSON.stringify(attachments.length > 0 ? { content, attachments: attachments.map((file) => file.id) } : { content }),
    });
    if (response.headers.get("content-type")?.startsWith("text/event-stream") && response.body) {
      return { kind: "events", events: streamEvents(response.body) };
    }
    if (response.status === 202) return { kind: "accepted" };
    return { kind: "message", message: (await response.json()) as Message };
  }

  async upload(file: File): Promise<Attachment> {
    const form = new FormData();
    form.append("file", file, file.name);
    const response = await this.call((id) => `/api/v1/conversations/${id}/files`, { method: "POST", body: form });
    return (await response.json()) as Attachment;
  }

  /** The address of the conversation's socket with a fresh single-use ticket. */
  async socketAddress(): Promise<string> {
    const response = await this.call((id) => `/api/v1/conversations/${id}/tickets`, { method: "POST" });
    const { ticket } = (await response.json()) as { ticket: string };
    const { conversation_id } = await this.session();
    const path = `/api/v1/conversations/${conversation_id}/stream?ticket=${encodeURIComponent(ticket)}`;
    return this.base.replace(/^http/, "ws") + path;
  }

  private async requestSession(fresh: boolean): Promise<Session> {
    const response = await this.fetch("/api/v1/widget/sessions", {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify({
        key: this.key,
        visitor: this.storage.visitor,
        new: fresh,
        page_url: location.href.slice(0, 2000),
        profile: this.profile,
      }),
    });
    const session = (await response.json()) as Session;
    this.storage.visitor = session.visitor;
    this.renewAt = Date.now() + session.expires_in * 1000 - RENEW_EARLY_MS;
    this.onSession(session);
    return session;
  }

  private async call(path: (conversationId: string) => string, init: RequestInit): Promise<Response> {
    const first = await this.session();
    try {
      return await this.authorised(first, path, init);
    } catch (problem) {
      if (!(problem instanceof RequestProblem) || problem.status !== 401) throw problem;
      // Another call may have renewed it meanwhile; only the holder of the stale token opens a new one.
      const now = (await this.session()) === first ? await this.open(false) : await this.session();
      return this.authorised(now, path, init);
    }
  }

  private authorised(session: Session, path: (id: string) => string, init: RequestInit): Promise<Response> {
    const headers = { ...(init.headers as Record<string, string> | undefined), Authorization: `Bearer ${session.token}` };
    return this.fetch(path(session.conversation_id), { ...init, headers });
  }

  private async fetch(path: string, init: RequestInit): Promise<Response> {
    let response: Response;
    try {
      response = await fetch(this.base + path, { ...init, credentials: "omit", cache: "no-store" });
    } catch (error) {
      throw new RequestProblem(0, "no_answer", error instanceof Error ? error.message : "");
    }
    if (!response.ok) throw await problemOf(response);
    return response;
  }
}

async function* streamEvents(body: ReadableStream<Uint8Array>): AsyncGenerator<StreamEvent> {
  try {
    for await (const { event, data } of readEvents(body, SILENCE_MS)) {
      yield { ...(JSON.parse(data) as object), type: event } as StreamEvent;
    }
  } catch (error) {
    throw new RequestProblem(0, "stream_cut", error instanceof Error ? error.message : "");
  }
}
