import { CircleAlert, CloudOff, Hourglass, type LucideIcon } from "lucide-react";
import type { ReactNode } from "react";
import { asProblem, type Problem } from "@/api/problem";
import { Button } from "@/components/ui/button";
import { CopyButton } from "@/components/ui/copy-button";
import { common } from "@/i18n/common";
import { explain } from "./explain";
import { useSecondsLeft } from "./seconds-left";
import { StillLoading } from "./still-loading";

/** Nothing here yet, and what to do about it. */
export function Empty({ icon: Icon, title, hint, action }: {
  icon: LucideIcon;
  title: string;
  hint?: ReactNode;
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

/** Grey rows in the shape of what comes; after a while it says what it waits for. */
export function Loading({ rows = 5, className = "h-14" }: { rows?: number; className?: string }) {
  return (
    <div role="status" aria-label={common.loading} className="space-y-3 p-4">
      <StillLoading />
      {Array.from({ length: rows }, (_, row) => (
        <div key={row} className={`bg-sunken animate-pulse rounded-lg ${className}`} />
      ))}
    </div>
  );
}

function iconOf(problem: Problem): LucideIcon {
  if (problem.status === 0) return CloudOff;
  return problem.status === 429 ? Hourglass : CircleAlert;
}

/** What went wrong, in the place of what was asked for. */
export function Failed({ error, onRetry }: { error: unknown; onRetry?: () => void }) {
  const problem = asProblem(error);
  const { title, detail } = explain(problem);
  const wait = useSecondsLeft(problem.retryAfterSeconds, error);
  const Icon = iconOf(problem);
  return (
    <div role="alert" className="flex flex-col items-center px-6 py-14 text-center">
      <span className="bg-bad-wash text-bad mb-4 grid size-14 place-items-center rounded-2xl">
        <Icon className="size-6" aria-hidden />
      </span>
      <h2 className="text-base font-semibold">{title}</h2>
      <p className="text-soft mt-1 max-w-md text-sm break-words">{detail}</p>
      {onRetry && (
        <Button className="mt-5 tabular-nums" onClick={onRetry} disabled={wait > 0}>
          {wait > 0 ? common.retryIn(wait) : common.retry}
        </Button>
      )}
      <RequestId problem={problem} className="mt-3 justify-center" />
    </div>
  );
}

/** The same within a form. */
export function FormFault({ error }: { error: unknown }) {
  if (!error) return null;
  const problem = asProblem(error);
  const { title, detail } = explain(problem);
  return (
    <div role="alert" className="bg-bad-wash text-bad rounded-lg px-3 py-2.5 text-sm break-words">
      <p className="font-semibold">{title}</p>
      <p>{detail}</p>
      {problem.status >= 500 && <RequestId problem={problem} className="-mb-1" />}
    </div>
  );
}

/** What to quote to whoever looks after the server. */
export function RequestId({ problem, className }: { problem: Problem; className?: string }) {
  const { requestId } = problem;
  if (!requestId) return null;
  return (
    <div className={`flex flex-wrap items-center gap-x-2 text-xs ${className ?? ""}`}>
      <span className="min-w-0 font-mono break-all">{common.requestId(requestId)}</span>
      <CopyButton value={requestId} label={common.copyRequestId} />
    </div>
  );
}
