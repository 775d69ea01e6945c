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

  /** `fetch`, which learns from whether an answer came; a request that was given up on says nothing. */
  async fetch(input: Request | string, init?: RequestInit): Promise<Response> {
    try {
      const answer = await fetch(input, init);
      clearTimeout(timer);
      become(true);
      return answer;
    } catch (error) {
      if (error instanceof TypeError && reached) {
        become(false);
        timer = setTimeout(() => void ask(), ASK_AGAIN_MS);
      }
      throw error;
    }
  },
};
