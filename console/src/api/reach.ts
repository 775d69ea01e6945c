import { Problem } from "./problem";

/** Whether the server can be reached; while it cannot, it is asked again until it answers. */
const ASK_AGAIN_MS = 2000;

let reached = true;
let timer: ReturnType<typeof setTimeout> | undefined;
const watchers = new Set<() => void>();

function become(next: boolean): void {
  if (next === reached) return;
  reached = next;
  for (const watch of watchers) watch();
}

async function ask(): Promise<void> {
  try {
    become((await fetch("/livez", { cache: "no-store" })).ok);
  } catch {
    become(false);
  }
  if (!reached) timer = setTimeout(() => void ask(), ASK_AGAIN_MS);
}

export const reach = {
  get reached(): boolean {
    return reached;
  },
  watch(watcher: () => void): () => void {
    watchers.add(watcher);
    return () => watchers.delete(watcher);
  },

  /** `fetch`, which learns from whether an answer came; none is a Problem of status 0. Giving up says nothing. */
  async fetch(input: Request | string, init?: RequestInit): Promise<Response> {
    try {
      const answer = await fetch(input, init);
      clearTimeout(timer);
      become(true);
      return answer;
    } catch (error) {
      if (!(error instanceof TypeError)) throw error;
      if (reached) timer = setTimeout(() => void ask(), ASK_AGAIN_MS);
      become(false);
      throw new Problem({ status: 0, code: "server_unreachable", detail: error.message });
    }
  },
};
