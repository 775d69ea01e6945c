import { useInfiniteQuery } from "@tanstack/react-query";
import { Link, useNavigate, useSearch } from "@tanstack/react-router";
import { Bot, Plus, TriangleAlert } from "lucide-react";
import { agentQueries, type AgentSearch } from "@/api/agents";
import type { AgentOut } from "@/api/schema";
import { DataTable, type Column } from "@/components/patterns/data-table";
import { Filters, SearchBox } from "@/components/patterns/filters";
import { Page } from "@/components/patterns/page";
import { Empty, Failed, Loading } from "@/components/patterns/states";
import { Status } from "@/components/patterns/status";
import { Button } from "@/components/ui/button";
import { Card } from "@/components/ui/card";
import { Select } from "@/components/ui/input";
import { format } from "@/i18n/catalogue";
import { common } from "@/i18n/common";
import { texts } from "./texts";

const STATES = ["active", "paused", "testing", "draft", "archived"] as const;

const columns: Column<AgentOut>[] = [
  { id: "name", header: texts.name, sortable: true, cell: ({ row }) => <Name agent={row.original} /> },
  { id: "status", header: texts.status, cell: ({ row }) => <Status state={row.original.status} /> },
  { id: "version", header: texts.version, cell: ({ row }) => <Version agent={row.original} /> },
  { id: "type", header: texts.kind, wide: true, cell: ({ row }) => <span className="capitalize">{row.original.type}</span> },
  {
    id: "updated_at",
    header: texts.updated,
    sortable: true,
    cell: ({ row }) => (
      <time dateTime={row.original.updated_at} title={format.date(row.original.updated_at)} className="text-soft">
        {format.ago(row.original.updated_at)}
      </time>
    ),
  },
];

export default function AgentsPage() {
  const search = useSearch({ from: "/app/agents" });
  const navigate = useNavigate({ from: "/agents" });
  const list = useInfiniteQuery(agentQueries.list(search));
  const set = (change: Partial<AgentSearch>) =>
    void navigate({ search: (old) => ({ ...old, ...change }), replace: true });
  const rows = list.data?.pages.flatMap((page) => page.items) ?? [];
  const filtered = Boolean(search.filter || search.status);

  return (
    <Page title={texts.title} about={texts.about} actions={<MakeOne />}>
      <Filters onClear={filtered ? () => set({ filter: undefined, status: undefined }) : undefined}>
        <SearchBox label={texts.filter} value={search.filter ?? ""} onSearch={(filter) => set({ filter: filter || undefined })} />
        <Select
          aria-label={texts.status}
          value={search.status ?? ""}
          onChange={(event) => set({ status: STATES.find((each) => each === event.target.value) })}
        >
          <option value="">{texts.anyStatus}</option>
          {STATES.map((each) => (
            <option key={each} value={each}>
              {common.status[each]}
            </option>
          ))}
        </Select>
      </Filters>
      <Card className="overflow-hidden">
        {list.isPending ? (
          <Loading />
        ) : list.isError ? (
          <Failed error={list.error} onRetry={() => void list.refetch()} />
        ) : rows.length ? (
          <DataTable
            label={texts.title}
            columns={columns}
            rows={rows}
            total={list.data.pages[0]?.total}
            sort={search.sort}
            onSort={(sort) => set({ sort })}
            more={{ has: list.hasNextPage, busy: list.isFetchingNextPage, load: () => void list.fetchNextPage() }}
            card={(agent) => <AgentCard agent={agent} />}
          />
        ) : filtered ? (
          <Empty icon={Bot} title={common.nothingFound} hint={common.nothingFoundHint} />
        ) : (
          <Empty icon={Bot} title={texts.none} hint={texts.noneHint} action={<MakeOne />} />
        )}
      </Card>
    </Page>
  );
}

function MakeOne() {
  return (
    <Button asChild look="primary">
      <Link to="/new-agent">
        <Plus aria-hidden /> {texts.make}
      </Link>
    </Button>
  );
}

function Name({ agent }: { agent: AgentOut }) {
  return (
    <span className="flex items-center gap-3">
      <span aria-hidden className="bg-accent-wash text-accent grid size-9 shrink-0 place-items-center rounded-xl font-bold">
        {agent.name.charAt(0)}
      </span>
      <span className="min-w-0">
        <Link
          to="/agents/$slug"
          params={{ slug: agent.slug }}
          className="font-semibold after:absolute after:inset-0 focus-visible:outline-none focus-visible:after:rounded-lg focus-visible:after:outline-2 focus-visible:after:-outline-offset-2 focus-visible:after:outline-accent"
        >
          {agent.name}
        </Link>
        <span className="text-soft block truncate font-mono text-xs">{agent.slug}</span>
      </span>
      {agent.import_faults.length > 0 && (
        <TriangleAlert className="text-warn size-4" role="img" aria-label={texts.fileFaults} />
      )}
    </span>
  );
}

function Version({ agent }: { agent: AgentOut }) {
  if (agent.version == null) return <span className="text-soft">{texts.draftOnly}</span>;
  return (
    <span className="tabular-nums">
      v{agent.version}
      {agent.latest_version > agent.version && <span className="text-soft"> / v{agent.latest_version}</span>}
    </span>
  );
}

function AgentCard({ agent }: { agent: AgentOut }) {
  return (
    <div className="flex items-center justify-between gap-3 p-4">
      <Name agent={agent} />
      <span className="flex flex-col items-end gap-1 text-xs">
        <Status state={agent.status} />
        <Version agent={agent} />
      </span>
    </div>
  );
}
