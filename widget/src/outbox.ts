import type { Api } from "./api";
import { backoffMs, pause } from "./backoff";
import type { Chat } from "./chat";
import { RequestProblem } from "./problem";
import type { Storage } from "./storage";
import type { Entry } from "./thread";

const TRIES = 6;
const TRIES_WHILE_BUSY = 40;
const BUSY_MS = 1_500;
const FINAL: ReadonlySet<string> = new Set(["turn.completed", "turn.failed", "turn.cancelled"]);

/**
 * Brings own messages to the platform, in order: the next goes out when the one before it was taken. Every try of a
 * message carries the same idempotency key, so that the platform answers it once however often it arrives.
 */
export class Outbox {
  private pumping = false;
  private moved = false;
  private readonly streaming = new Set<Entry>();

  constructor(
    private readonly chat: Chat,
    private readonly api: Api,
    private readonly storage: Storage,
  ) {}

  get busy(): boolean {
    return this.pumping || this.streaming.size > 0;
  }

  /** Whether an own stream is (or may be) telling of the turn that answers `messageId`. */
  streams(messageId: string | null): boolean {
    for (const entry of this.streaming) {
      if (messageId === null || entry.id === null || entry.id === messageId) return true;
    }
    return false;
  }

  pump(): void {
    if (!this.pumping) void this.run();
  }

  private async run(): Promise<void> {
    this.pumping = true;
    try {
      for (;;) {
        const next = this.chat.thread.entries.find((each) => each.role === "user" && each.delivery === "waiting");
        if (!next) return;
        next.delivery = "sending";
        this.chat.changed();
        await new Promise<void>((taken) => void this.deliver(next, taken));
      }
    } finally {
      this.pumping = false;
      this.chat.changed();
    }
  }

  /** Tries until the message is answered or must be given back to the visitor; `taken` is called once it stands on the platform. */
  private async deliver(entry: Entry, taken: () => void): Promise<void> {
    let failures = 0;
    let refusals = 0;
    this.streaming.add(entry);
    for (;;) {
      try {
        await this.attempt(entry, taken);
        break;
      } catch (error) {
        const problem = error instanceof RequestProblem ? error : new RequestProblem(0, "stream_cut", String(error));
        const busy = problem.code === "conversation_busy";
        if (busy ? (refusals += 1) > TRIES_WHILE_BUSY : !(problem.passing && (failures += 1) < TRIES)) {
          if (!(await this.movedOn(problem))) this.giveBack(entry, problem);
          else continue;
          break;
        }
        if (problem.status === 0) this.chat.line = "down";
        this.chat.changed();
        await pause(problem.retryAfterSeconds ? problem.retryAfterSeconds * 1000 : busy ? BUSY_MS : backoffMs(failures - 1));
      }
    }
    this.streaming.delete(entry);
    taken();
    this.chat.changed();
  }

  private async attempt(entry: Entry, taken: () => void): Promise<void> {
    const stop = new AbortController();
    const answer = await this.api.send(entry.content, entry.attachments, entry.key, stop.signal);
    this.chat.line = "up";
    this.moved = false;
    this.chat.connect();
    if (answer.kind === "message") {
      this.storage.drop(entry.key);
      this.chat.take({ type: "message.completed", message: answer.message }, entry);
      return;
    }
    if (answer.kind === "accepted") {
      this.storage.drop(entry.key);
      entry.delivery = "sent";
      this.chat.catchUpUntilAnswered(entry);
      return;
    }
    let ended = false;
    for await (const event of answer.events) {
      this.chat.take(event, entry);
      if (entry.id !== null) taken();
      if (FINAL.has(event.type)) ended = true;
    }
    this.storage.drop(entry.key);
    if (!ended) throw new RequestProblem(0, "stream_cut", "The answer broke off.");
    // The row's own number, and whatever another tab said in between.
    if (entry.seq === null || !Number.isInteger(entry.seq)) void this.chat.catchUp();
  }

  /** A conversation that was closed or erased takes nothing more: the message goes to a new one, once. */
  private async movedOn(problem: RequestProblem): Promise<boolean> {
    const gone = problem.status === 404 || problem.status === 410 || problem.code === "conversation_closed";
    if (!gone || this.moved) return false;
    this.moved = true;
    try {
      await this.api.open(true);
      return true;
    } catch {
      return false;
    }
  }

  private giveBack(entry: Entry, problem: RequestProblem): void {
    if (entry.id !== null) {
      // It stands on the platform and will be answered; only the stream cannot be had.
      this.chat.catchUpUntilAnswered(entry);
      return;
    }
    entry.delivery = "failed";
    entry.error = problem.status === 0 || problem.passing ? null : problem.message;
  }
}
