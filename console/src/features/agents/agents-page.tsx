import { useInfiniteQuery } from "@tanstack/react-query";
import { Link, useNavigate, useSearch } from "@tanstack/react-router";
import { Bot, LayoutGrid, Plus, Rows3 } from "lucide-react";
import { agentQueries, type AgentSearch } from "@/api/agents";
import type { AgentListedOut } from "@/api/schema";
import { type Column, DataTable } from "@/components/patterns/data-table";
import { Filters, SearchBox } from "@/components/patterns/filters";
import { Page } from "@/components/patterns/page";
import { Empty, Failed, Loading } from "@/components/patterns/states";
import { Status } from "@/components/patterns/status";
import { Button } from "@/components/ui/button";
import { Card } from "@/components/ui/card";
import { cn } from "@/components/ui/cn";
import { Select } from "@/components/ui/input";
import { common } from "@/i18n/common";
import { AgentCard, AgentName, AgentRow, Channels, Updated, Version, Warnings } from "./agent-card";
import { texts } from "./texts";

const STATES = ["active", "paused", "testing", "draft", "archived"] as const;

const columns: Column<AgentListedOut>[] = [
  { id: "name", header: texts.name, sortable: true, cell: ({ row }) => <AgentName agent={row.original} /> },
  {
    id: "status",
    header: texts.status,
    sortable: true,
    cell: ({ row }) => (
      <span className="flex flex-wrap gap-1.5">
        <Status state={row.original.status} />
        <Warnings agent={row.original} />
      </span>
    ),
  },
  { id: "version", header: texts.version, sortable: true, cell: ({ row }) => <Version agent={row.original} /> },
  { id: "model", header: texts.model, wide: true, cell: ({ row }) => <span className="font-mono text-xs">{row.original.model}</span> },
  { id: "channels", header: texts.answersOn, wide: true, cell: ({ row }) => <Channels agent={row.original} /> },
  { id: "updated_at", header: texts.updated, sortable: true, cell: ({ row }) => <Updated agent={row.original} /> },
];

export default function AgentsPage() {
  const { layout = "table", ...search } = useSearch({ from: "/app/agents" });
  const navigate = useNavigate({ from: "/agents" });
  const list = useInfiniteQuery(agentQueries.list(search));
  const set = (change: Partial<AgentSearch> & { layout?: "table" | "cards" }) =>
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
        <Layout layout={layout} onLayout={(next) => set({ layout: next === "table" ? undefined : next })} />
      </Filters>
      {layout === "cards" && rows.length > 0 ? (
        <>
          <ul aria-label={texts.title} className="grid grid-cols-1 gap-4 sm:grid-cols-2 xl:grid-cols-3">
            {rows.map((agent) => (
              <li key={agent.id}>
                <AgentCard agent={agent} />
              </li>
            ))}
          </ul>
          {list.hasNextPage && (
            <Button className="mt-4" busy={list.isFetchingNextPage} onClick={() => void list.fetchNextPage()}>
              {common.more}
            </Button>
          )}
        </>
      ) : (
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
              card={(agent) => <AgentRow agent={agent} />}
            />
          ) : filtered ? (
            <Empty icon={Bot} title={common.nothingFound} hint={common.nothingFoundHint} />
          ) : (
            <Empty icon={Bot} title={texts.none} hint={texts.noneHint} action={<MakeOne />} />
          )}
        </Card>
      )}
    </Page>
  );
}

function Layout({ layout, onLayout }: { layout: "table" | "cards"; onLayout: (layout: "table" | "cards") => void }) {
  const choices = [
    ["table", Rows3, texts.asTable],
    ["cards", LayoutGrid, texts.asCards],
  ] as const;
  return (
    <div role="group" aria-label={texts.layout} className="border-line ml-auto hidden rounded-lg border p-0.5 sm:flex">
      {choices.map(([id, Icon, label]) => (
        <button
          key={id}
          type="button"
          aria-label={label}
          title={label}
          aria-pressed={layout === id}
          className={cn("grid size-10 place-items-center rounded-md", layout === id ? "bg-accent-wash text-accent" : "text-soft hover:text-ink")}
          onClick={() => onLayout(id)}
        >
          <Icon className="size-4" aria-hidden />
        </button>
      ))}
    </div>
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
