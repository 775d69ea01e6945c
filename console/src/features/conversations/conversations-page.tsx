import { useInfiniteQuery, useQuery } from "@tanstack/react-query";
import { Link, useNavigate, useSearch } from "@tanstack/react-router";
import { MessagesSquare } from "lucide-react";
import { agentQueries } from "@/api/agents";
import { conversationQueries, type ConversationSearch } from "@/api/conversations";
import type { ConversationOut } from "@/api/schema";
import { DataTable, type Column } from "@/components/patterns/data-table";
import { Filters } from "@/components/patterns/filters";
import { Page } from "@/components/patterns/page";
import { Empty, Failed, Loading } from "@/components/patterns/states";
import { Status } from "@/components/patterns/status";
import { Card } from "@/components/ui/card";
import { Select } from "@/components/ui/input";
import { format } from "@/i18n/catalogue";
import { common } from "@/i18n/common";
import { texts } from "./texts";

const STATES = ["open", "handed_off", "closed"] as const;

const columns: Column<ConversationOut>[] = [
  { id: "contact", header: texts.contact, cell: ({ row }) => <Who row={row.original} /> },
  { id: "agent_name", header: texts.agent, cell: ({ row }) => row.original.agent_name },
  { id: "channel", header: texts.channel, cell: ({ row }) => channelName(row.original.channel) },
  { id: "status", header: texts.status, cell: ({ row }) => <Status state={row.original.status} /> },
  {
    id: "message_count",
    header: texts.messages,
    wide: true,
    cell: ({ row }) => <span className="tabular-nums">{format.number(row.original.message_count)}</span>,
  },
  { id: "created_at", header: texts.started, sortable: true, wide: true, cell: ({ row }) => <When iso={row.original.created_at} /> },
  { id: "updated_at", header: texts.updated, sortable: true, cell: ({ row }) => <When iso={row.original.updated_at} /> },
];

export function channelName(channel: string): string {
  return texts.channels[channel] ?? channel;
}

export default function ConversationsPage() {
  const search = useSearch({ from: "/app/conversations" });
  const navigate = useNavigate({ from: "/conversations" });
  const list = useInfiniteQuery(conversationQueries.list(search));
  const names = useQuery(agentQueries.names());
  const set = (change: Partial<ConversationSearch>) =>
    void navigate({ search: (old) => ({ ...old, ...change }), replace: true });
  const rows = list.data?.pages.flatMap((page) => page.items) ?? [];
  const filtered = Boolean(search.agent_id || search.status || search.channel);
  const nothing = filtered
    ? ([common.nothingFound, common.nothingFoundHint] as const)
    : ([texts.none, texts.noneHint] as const);

  return (
    <Page title={texts.title} about={texts.about}>
      <Filters onClear={filtered ? () => set({ agent_id: undefined, status: undefined, channel: undefined }) : undefined}>
        <Select
          aria-label={texts.agent}
          value={search.agent_id ?? ""}
          onChange={(event) => set({ agent_id: event.target.value || undefined })}
        >
          <option value="">{texts.anyAgent}</option>
          {names.data?.items.map((each) => (
            <option key={each.slug} value={each.slug}>
              {each.name}
            </option>
          ))}
        </Select>
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
        <Select
          aria-label={texts.channel}
          value={search.channel ?? ""}
          onChange={(event) => set({ channel: event.target.value || undefined })}
        >
          <option value="">{texts.anyChannel}</option>
          {Object.entries(texts.channels).map(([channel, name]) => (
            <option key={channel} value={channel}>
              {name}
            </option>
          ))}
        </Select>
      </Filters>
      <Card className="overflow-hidden">
        {list.isPending ? (
          <Loading rows={8} />
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
            card={(row) => (
              <div className="flex items-center justify-between gap-3 p-4 text-sm">
                <span className="min-w-0">
                  <Who row={row} />
                  <span className="text-soft block text-xs">{texts.with(row.agent_name, channelName(row.channel))}</span>
                </span>
                <span className="flex shrink-0 flex-col items-end gap-1 text-xs">
                  <Status state={row.status} />
                  <When iso={row.updated_at} />
                </span>
              </div>
            )}
          />
        ) : (
          <Empty icon={MessagesSquare} title={nothing[0]} hint={nothing[1]} />
        )}
      </Card>
    </Page>
  );
}

function Who({ row }: { row: ConversationOut }) {
  return (
    <Link
      to="/conversations/$id"
      params={{ id: row.id }}
      className="font-semibold after:absolute after:inset-0 focus-visible:outline-none focus-visible:after:rounded-lg focus-visible:after:outline-2 focus-visible:after:-outline-offset-2 focus-visible:after:outline-accent"
    >
      {contactName(row)}
    </Link>
  );
}

export function contactName(row: ConversationOut): string {
  return row.contact.name ?? row.contact.external_id ?? `${texts.unnamed} ${row.contact.id.slice(-4)}`;
}

function When({ iso }: { iso: string }) {
  return (
    <time dateTime={iso} title={format.date(iso)} className="text-soft whitespace-nowrap">
      {format.ago(iso)}
    </time>
  );
}
