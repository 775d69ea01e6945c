/** Which queries an event of the workspace makes stale, and reading these again without doing so for every event. */
import type { Query, QueryClient } from "@tanstack/react-query";
import { localTurns } from "./local-turns";

/** First parts of query keys by the noun that an event's type begins with; any other noun stands for its plural. */
const KEYS: Record<string, readonly string[]> = {
  conversation: ["conversations", "analytics", "contacts", "outbox"],
  agent: ["agents", "analytics"],
  job: ["jobs", "health"],
};
export const PAUSE_MS = 1000;
/** A list that was scrolled deeper is not read again page by page; it shows what is new when it is opened anew. */
const MOST_PAGES = 4;
const ID = /^[0-9a-f]{8}-/;

export const keysOf = (type: string): readonly string[] => {
  const noun = type.split(".")[0] ?? "";
  return KEYS[noun] ?? [`${noun}s`];
};

export class Freshening {
  private readonly queries: QueryClient;
  private readonly timers = new Map<string, ReturnType<typeof setTimeout>>();
  /** By key: the subjects whose own queries are stale, once its pause is over. */
  private readonly waiting = new Map<string, Set<string>>();

  constructor(queries: QueryClient) {
    this.queries = queries;
  }

  /** Reads again what an event touches: at once, then at most once a second for each key. */
  touch(type: string, subject: string): void {
    for (const key of keysOf(type)) {
      const subjects = this.waiting.get(key) ?? new Set();
      this.waiting.set(key, subjects.add(subject));
      if (!this.timers.has(key)) this.flush(key);
    }
  }

  /** Reads everything on the page again, after events were lost. */
  everything(): void {
    void this.queries.invalidateQueries({ predicate: (query) => isLight(query) });
  }

  stop(): void {
    for (const timer of this.timers.values()) clearTimeout(timer);
    this.timers.clear();
    this.waiting.clear();
  }

  private flush(key: string): void {
    const subjects = this.waiting.get(key);
    this.waiting.delete(key);
    if (!subjects) {
      this.timers.delete(key);
      return;
    }
    this.timers.set(key, setTimeout(() => this.flush(key), PAUSE_MS));
    const isTouched = ({ queryKey: [, one] }: Query) =>
      key !== "conversations" || typeof one !== "string" || !ID.test(one) || subjects.has(one);
    void this.queries.invalidateQueries({ queryKey: [key], predicate: (query) => isTouched(query) && isLight(query) });
  }
}

function isLight(query: Query): boolean {
  const pages = (query.state.data as { pages?: unknown[] } | undefined)?.pages;
  return (pages?.length ?? 0) <= MOST_PAGES && !(query.queryKey[0] === "conversations" && localTurns.has(query.queryKey[1]));
}
