import type { UseQueryResult } from "@tanstack/react-query";
import { RefreshCw } from "lucide-react";
import { useId, type ReactNode } from "react";
import { asProblem } from "@/api/problem";
import { explain } from "@/components/patterns/explain";
import { Button } from "@/components/ui/button";
import { Card, CardTitle } from "@/components/ui/card";
import { cn } from "@/components/ui/cn";
import { common } from "@/i18n/common";

/** One card of the dashboard: it waits, fails and is tried again without the others. */
export function Part<T>({ title, about, actions, query, className, skeleton, children }: {
  title: string;
  about?: ReactNode;
  actions?: ReactNode;
  query: UseQueryResult<T>;
  className?: string;
  skeleton: ReactNode;
  children: (data: T) => ReactNode;
}) {
  const id = useId();
  return (
    <Card aria-labelledby={id} className={cn("flex min-w-0 flex-col", className)}>
      <header className="flex min-h-16 items-center justify-between gap-3 px-5 pt-3 sm:px-6">
        <div className="min-w-0">
          <CardTitle id={id}>{title}</CardTitle>
          {about && query.data !== undefined && <p className="text-soft mt-0.5 truncate text-xs">{about}</p>}
        </div>
        {query.data !== undefined && actions}
      </header>
      {query.data !== undefined ? (
        children(query.data)
      ) : query.isError ? (
        <Broken error={query.error} busy={query.isFetching} onRetry={() => void query.refetch()} />
      ) : (
        <div role="status" aria-label={`${title}: ${common.loading}`} className="flex-1 p-5 sm:px-6">
          {skeleton}
        </div>
      )}
    </Card>
  );
}

function Broken({ error, busy, onRetry }: { error: unknown; busy: boolean; onRetry: () => void }) {
  const { title, detail } = explain(asProblem(error));
  return (
    <div role="alert" className="flex flex-1 flex-col items-start justify-center gap-3 p-5 sm:px-6">
      <div>
        <p className="text-bad text-sm font-semibold">{title}</p>
        <p className="text-soft mt-0.5 text-sm">{detail}</p>
      </div>
      <Button size="small" busy={busy} onClick={onRetry}>
        {!busy && <RefreshCw aria-hidden />} {common.retry}
      </Button>
    </div>
  );
}

/** Grey shapes of what comes. */
export function Bone({ className }: { className: string }) {
  return <div className={cn("bg-sunken animate-pulse rounded-lg", className)} />;
}

export function Bones({ rows, className = "h-10" }: { rows: number; className?: string }) {
  return (
    <div className="space-y-3">
      {Array.from({ length: rows }, (_, row) => (
        <Bone key={row} className={className} />
      ))}
    </div>
  );
}
