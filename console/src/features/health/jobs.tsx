import { useInfiniteQuery } from "@tanstack/react-query";
import { useNavigate, useSearch } from "@tanstack/react-router";
import { ListChecks } from "lucide-react";
import { jobQueries, type JobSearch } from "@/api/jobs";
import type { JobOut } from "@/api/schema";
import { DataTable, type Column } from "@/components/patterns/data-table";
import { Filters } from "@/components/patterns/filters";
import { Empty, Failed, Loading } from "@/components/patterns/states";
import { Badge, type Tone } from "@/components/ui/badge";
import { Card } from "@/components/ui/card";
import { Select } from "@/components/ui/input";
import { format } from "@/i18n/catalogue";
import { common } from "@/i18n/common";
import { JobActions } from "./job-actions";
import { taskName, texts } from "./texts";

const STATUSES = ["todo", "doing", "failed", "aborted", "cancelled"] as const;
const TONES: Record<JobOut["status"], Tone> = {
  todo: "neutral",
  doing: "info",
  failed: "bad",
  aborted: "warn",
  cancelled: "neutral",
  succeeded: "good",
};

const columns: Column<JobOut>[] = [
  { id: "task", header: texts.job, cell: ({ row }) => <Named job={row.original} /> },
  { id: "status", header: texts.status, cell: ({ row }) => <State job={row.original} /> },
  { id: "failure", header: texts.reasonHead, wide: true, cell: ({ row }) => <What job={row.original} /> },
  { id: "changed_at", header: texts.changed, cell: ({ row }) => <When job={row.original} /> },
  { id: "actions", header: "", cell: ({ row }) => <JobActions job={row.original} /> },
];

/** The work in the background: what waits, what runs, and what did not succeed. */
export function Jobs() {
  const search = useSearch({ from: "/app/health" });
  const navigate = useNavigate({ from: "/health" });
  const list = useInfiniteQuery(jobQueries.list(search));
  const rows = list.data?.pages.flatMap((page) => page.items) ?? [];
  const filtered = Boolean(search.status || search.task);
  const set = (change: JobSearch) => void navigate({ search: (old) => ({ ...old, ...change }), replace: true });
  const nothing = filtered
    ? ([common.nothingFound, common.nothingFoundHint] as const)
    : ([texts.none, texts.noneHint] as const);
  return (
    <section aria-labelledby="jobs" className="mt-10">
      <h2 id="jobs" className="text-lg font-bold">
        {texts.jobs}
      </h2>
      <p className="text-soft mt-1 mb-4 max-w-2xl text-sm">{texts.jobsAbout}</p>
      <Filters onClear={filtered ? () => set({ status: undefined, task: undefined }) : undefined}>
        <Select
          aria-label={texts.status}
          value={search.status ?? ""}
          onChange={(event) => set({ status: STATUSES.find((each) => each === event.target.value) })}
        >
          <option value="">{texts.anyStatus}</option>
          {STATUSES.map((each) => (
            <option key={each} value={each}>
              {texts.statuses[each]}
            </option>
          ))}
        </Select>
        <Select
          aria-label={texts.job}
          className="max-w-full"
          value={search.task ?? ""}
          onChange={(event) => set({ task: event.target.value || undefined })}
        >
          <option value="">{texts.anyJob}</option>
          {Object.entries(texts.tasks).map(([task, name]) => (
            <option key={task} value={task}>
              {name}
            </option>
          ))}
        </Select>
      </Filters>
      <Card className="overflow-hidden">
        {list.isPending ? (
          <Loading rows={4} />
        ) : list.isError ? (
          <Failed error={list.error} onRetry={() => void list.refetch()} />
        ) : rows.length ? (
          <DataTable
            label={texts.jobs}
            columns={columns}
            rows={rows}
            total={list.data.pages[0]?.total}
            more={{ has: list.hasNextPage, busy: list.isFetchingNextPage, load: () => void list.fetchNextPage() }}
            card={(job) => (
              <div className="space-y-3 p-4 text-sm">
                <div className="flex items-start justify-between gap-3">
                  <Named job={job} />
                  <State job={job} />
                </div>
                <What job={job} />
                <When job={job} />
                <JobActions job={job} />
              </div>
            )}
          />
        ) : (
          <Empty icon={ListChecks} title={nothing[0]} hint={nothing[1]} />
        )}
      </Card>
    </section>
  );
}

function Named({ job }: { job: JobOut }) {
  return (
    <span className="min-w-0 sm:block sm:min-w-52">
      <span className="flex flex-wrap items-center gap-2 font-semibold">
        {taskName(job.task)}
        {job.scope === "platform" && (
          <span title={texts.platformAbout}>
            <Badge tone="accent">{texts.platform}</Badge>
          </span>
        )}
      </span>
      <span className="text-soft block text-xs">
        {texts.number(job.id)} · <span className="font-mono">{job.task}</span>
      </span>
    </span>
  );
}

function State({ job }: { job: JobOut }) {
  return (
    <Badge tone={TONES[job.status]} dot>
      {texts.statuses[job.status]}
    </Badge>
  );
}

function What({ job }: { job: JobOut }) {
  const tried = job.attempts ? texts.attempts(job.attempts) : texts.notTried;
  return (
    <span className="block max-w-sm">
      {job.failure && (
        <span className="block">
          {job.failure.summary} <span className="text-soft font-mono text-xs">({job.failure.code})</span>
        </span>
      )}
      <span className="text-soft block text-xs">
        {job.status === "todo" && job.scheduled_at ? texts.scheduled(format.ago(job.scheduled_at)) : tried}
      </span>
    </span>
  );
}

function When({ job }: { job: JobOut }) {
  const at = job.changed_at ?? job.created_at;
  return at ? (
    <time dateTime={at} title={format.date(at)} className="text-soft block whitespace-nowrap text-xs sm:text-sm">
      {format.ago(at)}
    </time>
  ) : null;
}
