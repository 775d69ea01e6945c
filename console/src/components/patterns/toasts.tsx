import { BellRing, CircleAlert, CircleCheck, X } from "lucide-react";
import { useSyncExternalStore } from "react";
import { asProblem, type Problem } from "@/api/problem";
import { cn } from "@/components/ui/cn";
import { common } from "@/i18n/common";
import { explain } from "./explain";
import { RequestId } from "./states";

const LOOKS = {
  good: { icon: CircleCheck, colour: "text-good", shownMs: 4000 },
  note: { icon: BellRing, colour: "text-accent", shownMs: 9000 },
  bad: { icon: CircleAlert, colour: "text-bad", shownMs: 9000 },
} as const;

interface Toast {
  id: number;
  tone: keyof typeof LOOKS;
  title: string;
  detail?: string;
  problem?: Problem;
}

let toasts: readonly Toast[] = [];
let last = 0;
const watchers = new Set<() => void>();

function set(next: readonly Toast[]): void {
  toasts = next;
  for (const watch of watchers) watch();
}

function add(toast: Omit<Toast, "id">): void {
  const id = ++last;
  set([...toasts.slice(-3), { ...toast, id }]);
  setTimeout(() => dismiss(id), LOOKS[toast.tone].shownMs);
}

function dismiss(id: number): void {
  set(toasts.filter((each) => each.id !== id));
}

/** A short word on what just happened. */
export const toast = {
  done: (title: string, detail?: string) => add({ tone: "good", title, detail }),
  /** Something happened elsewhere that one should know of. */
  note: (title: string, detail?: string) => add({ tone: "note", title, detail }),
  told: (title: string, detail?: string) => add({ tone: "bad", title, detail }),
  failed: (error: unknown) => {
    const problem = asProblem(error);
    add({ tone: "bad", ...explain(problem), problem });
  },
};

function subscribe(watch: () => void): () => void {
  watchers.add(watch);
  return () => watchers.delete(watch);
}

export function Toasts() {
  const shown = useSyncExternalStore(subscribe, () => toasts);
  return (
    <div
      role="status"
      aria-live="polite"
      className="pointer-events-none fixed inset-x-3 bottom-3 z-[60] flex flex-col items-end gap-2 sm:right-5 sm:bottom-5 sm:left-auto"
    >
      {shown.map((each) => {
        const { icon: Icon, colour } = LOOKS[each.tone];
        return (
          <div
            key={each.id}
            className="bg-raised border-line shadow-card animate-rise pointer-events-auto flex w-full items-start gap-3 rounded-xl border py-2 pr-1 pl-4 sm:w-96"
          >
            <Icon className={cn("mt-2.5 size-5 shrink-0", colour)} aria-hidden />
            <div className="min-w-0 flex-1 py-2 text-sm">
              <p className="font-semibold">{each.title}</p>
              {each.detail && <p className="text-soft break-words">{each.detail}</p>}
              {each.problem && each.problem.status >= 500 && <RequestId problem={each.problem} className="text-soft" />}
            </div>
            <button
              type="button"
              className="text-soft grid size-11 place-items-center rounded-lg"
              aria-label={common.close}
              onClick={() => dismiss(each.id)}
            >
              <X className="size-4" aria-hidden />
            </button>
          </div>
        );
      })}
    </div>
  );
}
