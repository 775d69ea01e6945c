import { useInfiniteQuery } from "@tanstack/react-query";
import { Link, useNavigate, useSearch } from "@tanstack/react-router";
import { MessagesSquare } from "lucide-react";
import { useMemo } from "react";
import { conversationQueries, type ConversationSearch } from "@/api/conversations";
import type { ConversationOut } from "@/api/schema";
import { DataTable, type Column } from "@/components/patterns/data-table";
import { Page } from "@/components/patterns/page";
import { Empty, Failed, Loading } from "@/components/patterns/states";
import { Status } from "@/components/patterns/status";
import { Button } from "@/components/ui/button";
import { Card } from "@/components/ui/card";
import { format } from "@/i18n/catalogue";
import { channelName, common } from "@/i18n/common";
import { ConversationFilters, isFiltered } from "./filters";
import { contactName } from "./names";
import { texts } from "./texts";

const columns: Column<ConversationOut>[] = [
  { id: "contact", header: texts.contact, width: "w-[24%]", cell: ({ row }) => <Who row={row.original} /> },
  { id: "agent_name", header: texts.agent, cell: ({ row }) => <span className="block truncate">{row.original.agent_name}</span> },
  { id: "channel", header: texts.channel, width: "w-[18%] lg:w-[12%]", cell: ({ row }) => channelName(row.original.channel) },
  { id: "status", header: texts.status, width: "w-[18%] lg:w-[12%]", cell: ({ row }) => <Status state={row.original.status} /> },
  {
    id: "message_count",
    header: texts.messages,
    width: "w-[9%]",
    wide: true,
    cell: ({ row }) => <span className="tabular-nums">{format.number(row.original.message_count)}</span>,
  },
  {
    id: "created_at",
    header: texts.started,
    width: "w-[14%]",
    sortable: true,
    wide: true,
    cell: ({ row }) => <When iso={row.original.created_at} />,
  },
  { id: "updated_at", header: texts.updated, width: "w-[22%] lg:w-[14%]", sortable: true, cell: ({ row }) => <When iso={row.original.updated_at} /> },
];

export default function ConversationsPage() {
  const search = useSearch({ from: "/app/conversations" });
  const navigate = useNavigate({ from: "/conversations" });
  const list = useInfiniteQuery(conversationQueries.list(search));
  const set = (change: Partial<ConversationSearch>) =>
    void navigate({ search: (old) => ({ ...old, ...change }), replace: true });
  const rows = useMemo(() => list.data?.pages.flatMap((page) => page.items) ?? [], [list.data]);

  return (
    <Page wide title={texts.title} about={texts.about}>
      <ConversationFilters search={search} onSet={set} />
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
            card={(row) => <ConversationCard row={row} />}
          />
        ) : isFiltered(search) ? (
          <Empty icon={MessagesSquare} title={common.nothingFound} hint={common.nothingFoundHint} />
        ) : (
          <Empty
            icon={MessagesSquare}
            title={texts.none}
            hint={texts.noneHint}
            action={
              <Button asChild look="primary">
                <Link to="/playground">{texts.tryOne}</Link>
              </Button>
            }
          />
        )}
      </Card>
    </Page>
  );
}

function ConversationCard({ row }: { row: ConversationOut }) {
  return (
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
  );
}

function Who({ row }: { row: ConversationOut }) {
  const { search } = useSearch({ from: "/app/conversations" });
  return (
    <>
      <Link
        to="/conversations/$id"
        params={{ id: row.id }}
        search={row.match ? { search, message: row.match.message_id } : {}}
        className="block truncate font-semibold after:absolute after:inset-0 focus-visible:outline-none focus-visible:after:rounded-lg focus-visible:after:outline-2 focus-visible:after:-outline-offset-2 focus-visible:after:outline-accent"
      >
        {contactName(row)}
      </Link>
      {row.match && (
        <span className="text-soft mt-0.5 line-clamp-2 text-xs">
          {row.match.parts.map((part, index) =>
            part.hit ? (
              <mark key={index} className="bg-accent-wash text-accent rounded-sm font-semibold">
                {part.text}
              </mark>
            ) : (
              <span key={index}>{part.text}</span>
            ),
          )}
        </span>
      )}
    </>
  );
}

function When({ iso }: { iso: string }) {
  return (
    <time dateTime={iso} title={format.date(iso)} className="text-soft block truncate">
      {format.ago(iso)}
    </time>
  );
}
