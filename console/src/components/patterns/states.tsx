import { CircleAlert, CloudOff, type LucideIcon } from "lucide-react";
import type { ReactNode } from "react";
import { asProblem, type Problem } from "@/api/problem";
import { Button } from "@/components/ui/button";
import { common } from "@/i18n/common";

/** Nothing here yet, and what to do about it. */
export function Empty({ icon: Icon, title, hint, action }: {
  icon: LucideIcon;
  title: string;
  hint?: string;
  action?: ReactNode;
}) {
  return (
    <div className="flex flex-col items-center px-6 py-14 text-center">
      <span className="bg-accent-wash text-accent mb-4 grid size-14 place-items-center rounded-2xl">
        <Icon className="size-6" aria-hidden />
      </span>
      <h2 className="text-base font-semibold">{title}</h2>
      {hint && <p className="text-soft mt-1 max-w-md text-sm">{hint}</p>}
      {action && <div className="mt-5">{action}</div>}
    </div>
  );
}

/** Grey rows in the shape of what comes. */
export function Loading({ rows = 5, className = "h-14" }: { rows?: number; className?: string }) {
  return (
    <div role="status" aria-label={common.loading} className="space-y-3 p-4">
      {Array.from({ length: rows }, (_, row) => (
        <div key={row} className={`bg-sunken animate-pulse rounded-lg ${className}`} />
      ))}
    </div>
  );
}

/** The sentence for a person, and what to do next. */
export function explain(problem: Problem): { title: string; detail: string } {
  const text = common.problem;
  const said = [problem.message, problem.hint].filter(Boolean).join(" ");
  if (problem.status === 0) return { title: text.unreachable, detail: text.unreachableHint };
  if (problem.status === 429) return { title: text.busy, detail: problem.hint ?? text.busyHint };
  if (problem.status >= 500) return { title: text.server, detail: problem.hint ?? text.serverHint };
  if (problem.status === 403) return { title: text.forbidden, detail: said };
  if (problem.status === 404) return { title: text.notFound, detail: said };
  if (problem.status === 412) return { title: text.changed, detail: said };
  return { title: text.other, detail: said };
}

/** What went wrong, in the place of what was asked for. */
export function Failed({ error, onRetry }: { error: unknown; onRetry?: () => void }) {
  const problem = asProblem(error);
  const { title, detail } = explain(problem);
  const Icon = problem.status === 0 ? CloudOff : CircleAlert;
  return (
    <div role="alert" className="flex flex-col items-center px-6 py-14 text-center">
      <span className="bg-bad-wash text-bad mb-4 grid size-14 place-items-center rounded-2xl">
        <Icon className="size-6" aria-hidden />
      </span>
      <h2 className="text-base font-semibold">{title}</h2>
      <p className="text-soft mt-1 max-w-md text-sm">{detail}</p>
      {problem.requestId && (
        <p className="text-soft mt-2 font-mono text-xs">{common.requestId(problem.requestId)}</p>
      )}
      {onRetry && (
        <Button className="mt-5" onClick={onRetry}>
          {common.retry}
        </Button>
      )}
    </div>
  );
}

/** The same within a form. */
export function FormFault({ error }: { error: unknown }) {
  if (!error) return null;
  const { title, detail } = explain(asProblem(error));
  return (
    <div role="alert" className="bg-bad-wash text-bad rounded-lg px-3 py-2.5 text-sm">
      <p className="font-semibold">{title}</p>
      <p>{detail}</p>
    </div>
  );
}
