/** The one connection of a tab over which it hears what happens in the workspace, so that its pages stay true. */
import type { QueryClient } from "@tanstack/react-query";
import { fetchSigned } from "./client";
import { Freshening } from "./freshening";
import { asProblem, problemOf } from "./problem";
import { session } from "./session";
import { readEvents } from "./sse";

const PATH = "/api/v1/events/stream";
const FIRST_PAUSE_MS = 500;
const LONGEST_PAUSE_MS = 30_000;
/** The server shows every ten seconds that it lives. */
const SILENCE_MS = 35_000;
export const HIDDEN_MS = 5 * 60_000;

/** `down` is told once a second try has failed; `off` is for those who may not listen. */
export type LiveState = "on" | "connecting" | "down" | "off";
export interface LiveEvent {
  type: string;
  subject: string;
  data: Record<string, unknown>;
}

let state: LiveState = "connecting";
const watchers = new Set<() => void>();
const listeners = new Set<(event: LiveEvent) => void>();

function become(next: LiveState): void {
  if (next === state) return;
  state = next;
  for (const watch of watchers) watch();
}

export const live = {
  get state(): LiveState {
    return state;
  },
  watch(watcher: () => void): () => void {
    watchers.add(watcher);
    return () => watchers.delete(watcher);
  },
  /** Hears each event of the workspace. */
  listen(listener: (event: LiveEvent) => void): () => void {
    listeners.add(listener);
    return () => listeners.delete(listener);
  },
  /** Connects and stays connected until the returned function is called. */
  start(queries: QueryClient): () => void {
    const connection = new Connection(new Freshening(queries));
    void connection.run();
    return () => connection.stop();
  },
};

/** Grows with each failure, and is spread so that a thousand consoles do not come back in the same moment. */
export function pauseMs(failures: number, chance = Math.random()): number {
  return Math.min(FIRST_PAUSE_MS * 2 ** failures, LONGEST_PAUSE_MS) * (0.5 + chance / 2);
}

class Connection {
  private readonly fresh: Freshening;
  private stopped = false;
  private failures = 0;
  private place: string | undefined;
  private current: AbortController | null = null;
  private wake: () => void = () => undefined;
  private hiding: ReturnType<typeof setTimeout> | undefined;

  constructor(fresh: Freshening) {
    this.fresh = fresh;
    document.addEventListener("visibilitychange", this.onVisibility);
    addEventListener("online", this.onOnline);
    addEventListener("offline", this.onOffline);
  }

  stop(): void {
    this.stopped = true;
    document.removeEventListener("visibilitychange", this.onVisibility);
    removeEventListener("online", this.onOnline);
    removeEventListener("offline", this.onOffline);
    clearTimeout(this.hiding);
    this.fresh.stop();
    this.current?.abort();
    this.wake();
  }

  async run(): Promise<void> {
    while (!this.stopped) {
      this.current = new AbortController();
      try {
        await this.listen(this.current);
      } catch (error) {
        if (this.stopped) return;
        if (asProblem(error).status === 403) return become("off");
        if (!this.current.signal.aborted || !navigator.onLine) this.failures += 1;
      }
      if (this.stopped) return;
      become(this.failures > 1 || !navigator.onLine ? "down" : "connecting");
      await this.rest();
    }
  }

  /** One connection from its beginning to its end. */
  private async listen(current: AbortController): Promise<void> {
    const headers: Record<string, string> = { Accept: "text/event-stream" };
    if (this.place) headers["Last-Event-ID"] = this.place;
    const answer = await fetchSigned(new Request(location.origin + PATH, { headers, signal: current.signal }));
    if (answer.status === 422) this.place = undefined;
    if (!answer.ok || !answer.body) throw await problemOf(answer);
    const watchdog = new Watchdog(() => current.abort());
    try {
      for await (const { event, data, id } of readEvents(answer.body.pipeThrough(watchdog.stream))) {
        if (this.stopped) return;
        this.place = id ?? this.place;
        this.take(event, data);
      }
    } finally {
      watchdog.stop();
    }
  }

  private take(type: string, told: unknown): void {
    if (type === "stream.opened") {
      this.failures = 0;
      become("on");
    } else if (type === "stream.lagged") {
      this.failures = 0;
      become("on");
      this.fresh.everything();
    } else if (!type.startsWith("stream.")) {
      const { subject, data } = told as { subject: string | null; data: Record<string, unknown> };
      this.fresh.touch(type, subject ?? "");
      for (const listener of listeners) listener({ type, subject: subject ?? "", data });
    }
  }

  /** A pause before the next try; longer while nobody is signed in or looks. */
  private async rest(): Promise<void> {
    await this.pause(pauseMs(this.failures));
    while (!this.stopped && (session.state === "out" || this.isAway)) await this.pause(LONGEST_PAUSE_MS);
  }

  private isAway = false;

  private pause(ms: number): Promise<void> {
    return new Promise((resolve) => {
      const unwatch = session.watch(() => session.state === "in" && this.wake());
      const timer = setTimeout(() => this.wake(), ms);
      this.wake = () => {
        clearTimeout(timer);
        unwatch();
        resolve();
      };
    });
  }

  private readonly onVisibility = (): void => {
    clearTimeout(this.hiding);
    if (document.hidden) {
      this.hiding = setTimeout(() => {
        this.isAway = true;
        this.current?.abort();
      }, HIDDEN_MS);
    } else if (this.isAway) {
      this.isAway = false;
      this.wake();
    }
  };
  private readonly onOnline = (): void => this.wake();
  private readonly onOffline = (): void => {
    become("down");
    this.current?.abort();
  };
}

/** Ends a connection that has fallen silent; one cut in between never says so. */
class Watchdog {
  private timer: ReturnType<typeof setTimeout>;
  readonly stream: TransformStream<Uint8Array, Uint8Array>;

  constructor(onSilence: () => void) {
    this.timer = setTimeout(onSilence, SILENCE_MS);
    this.stream = new TransformStream({
      transform: (chunk, controller) => {
        clearTimeout(this.timer);
        this.timer = setTimeout(onSilence, SILENCE_MS);
        controller.enqueue(chunk);
      },
    });
  }

  stop(): void {
    clearTimeout(this.timer);
  }
}
