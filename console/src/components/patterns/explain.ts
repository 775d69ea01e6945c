/** What a problem means in plain words, and what to do next; no screen. */
import type { Problem } from "@/api/problem";
import { common } from "@/i18n/common";

export interface Explained {
  title: string;
  detail: string;
}

const TITLES: Record<number, string> = {
  401: common.problem.signedOut,
  403: common.problem.forbidden,
  404: common.problem.notFound,
  409: common.problem.conflict,
  412: common.problem.changed,
  413: common.problem.tooLarge,
  422: common.problem.invalid,
};

export function explain(problem: Problem): Explained {
  const text = common.problem;
  const { status, hint, retryAfterSeconds: wait } = problem;
  if (status === 0) return { title: text.unreachable, detail: text.unreachableHint };
  if (status === 429) return { title: text.busy, detail: hint ?? (wait === null ? text.busyHint : text.busyWait(wait)) };
  if (status >= 500) return { title: text.server, detail: hint ?? text.serverHint };
  if (status < 0) return { title: text.stumbled, detail: text.stumbledHint };
  const said = [problem.message, hint].filter(Boolean).join(" ");
  return { title: TITLES[status] ?? text.other, detail: said };
}
