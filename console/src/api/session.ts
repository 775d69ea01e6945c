/** The tokens of whoever is signed in: the access token in memory, the refresh token out of reach in its cookie. */
import { problemOf } from "./problem";
import { reach } from "./reach";
import type { LoginBody, TokensAnswer } from "./schema";

const HINT = "sparklabs.signed-in";
const LOCK = "sparklabs.refresh";
type State = "unknown" | "in" | "out";

let token: string | null = null;
let state: State = "unknown";
let refreshing: Promise<boolean> | null = null;
const watchers = new Set<() => void>();

function become(next: State, access: string | null): void {
  token = access;
  state = next;
  try {
    if (next === "in") localStorage.setItem(HINT, "1");
    else localStorage.removeItem(HINT);
  } catch {
    // A browser without storage still signs in; it only asks again after a reload.
  }
  for (const watch of watchers) watch();
}

export const session = {
  get token(): string | null {
    return token;
  },
  get state(): State {
    return state;
  },
  watch(watcher: () => void): () => void {
    watchers.add(watcher);
    return () => watchers.delete(watcher);
  },

  /** Signs in; throws a Problem. */
  async signIn(body: Omit<LoginBody, "keep_in">): Promise<void> {
    const answer = await post("login", { ...body, keep_in: "cookie" });
    if (!answer.ok) throw await problemOf(answer);
    become("in", ((await answer.json()) as TokensAnswer).access_token);
  },

  /** A new access token by the cookie; false when nobody is signed in. All tabs together send one at a time. */
  refresh(): Promise<boolean> {
    refreshing ??= locked(exchange).finally(() => {
      refreshing = null;
    });
    return refreshing;
  },

  /** At the first page: resumes silently where somebody was signed in. */
  async resume(): Promise<State> {
    if (state !== "unknown") return state;
    const hinted = (() => {
      try {
        return localStorage.getItem(HINT) !== null;
      } catch {
        return true;
      }
    })();
    if (hinted) await session.refresh();
    else become("out", null);
    return state;
  },

  async signOut(): Promise<void> {
    try {
      await post("logout");
    } finally {
      become("out", null);
    }
  },

  /** Takes up a token from elsewhere, or none (for tests). */
  set(access: string | null): void {
    become(access ? "in" : "out", access);
  },
};

async function exchange(): Promise<boolean> {
  const answer = await post("refresh");
  if (answer.ok) {
    become("in", ((await answer.json()) as TokensAnswer).access_token);
    return true;
  }
  if (answer.status === 401) {
    become("out", null);
    return false;
  }
  throw await problemOf(answer);
}

async function locked(act: () => Promise<boolean>): Promise<boolean> {
  // Browsers give locks only to pages that came over HTTPS or from this machine.
  const locks = navigator.locks as LockManager | undefined;
  return locks ? await locks.request(LOCK, act) : act();
}

function post(path: string, body?: unknown): Promise<Response> {
  const headers = body ? { "Content-Type": "application/json" } : undefined;
  return reach.fetch(`/api/v1/auth/${path}`, {
    method: "POST",
    headers,
    body: body ? JSON.stringify(body) : undefined,
    credentials: "same-origin",
  });
}
