import { useInfiniteQuery } from "@tanstack/react-query";
import { Link, useNavigate, useSearch } from "@tanstack/react-router";
import { MailOpen, Send } from "lucide-react";
import { useState } from "react";
import { outboxQueries } from "@/api/outbox";
import type { OutboxMessageOut } from "@/api/schema";
import { DataTable, type Column } from "@/components/patterns/data-table";
import { Filters } from "@/components/patterns/filters";
import { Page } from "@/components/patterns/page";
import { Empty, Failed, Loading } from "@/components/patterns/states";
import { Badge, type Tone } from "@/components/ui/badge";
import { Button } from "@/components/ui/button";
import { Card } from "@/components/ui/card";
import { Dialog } from "@/components/ui/dialog";
import { Select } from "@/components/ui/input";
import { format } from "@/i18n/catalogue";
import { common } from "@/i18n/common";
import { texts } from "./texts";

const STATES = Object.keys(texts.states) as OutboxMessageOut["state"][];
const TONES: Record<OutboxMessageOut["state"], Tone> = { held: "warn", sending: "info", sent: "good", failed: "bad" };

export default function OutboxPage() {
  const search = useSearch({ from: "/app/outbox" });
  const navigate = useNavigate({ from: "/outbox" });
  const [read, setRead] = useState<OutboxMessageOut | null>(null);
  const list = useInfiniteQuery(outboxQueries.list(search));
  const rows = list.data?.pages.flatMap((page) => page.items) ?? [];
  const set = (state?: OutboxMessageOut["state"]) => void navigate({ search: { state }, replace: true });
  const nothing = search.state
    ? ([common.nothingFound, common.nothingFoundHint] as const)
    : ([texts.none, texts.noneHint] as const);
  return (
    <Page title={texts.title} about={texts.about}>
      <Filters onClear={search.state ? () => set() : undefined}>
        <Select
          aria-label={texts.state}
          value={search.state ?? ""}
          onChange={(event) => set(STATES.find((each) => each === event.target.value))}
        >
          <option value="">{texts.anyState}</option>
          {STATES.map((each) => (
            <option key={each} value={each}>
              {texts.states[each]}
            </option>
          ))}
        </Select>
      </Filters>
      <Card className="overflow-hidden">
        {list.isPending ? (
          <Loading rows={6} />
        ) : list.isError ? (
          <Failed error={list.error} onRetry={() => void list.refetch()} />
        ) : rows.length ? (
          <DataTable
            label={texts.title}
            columns={columnsOf(setRead)}
            rows={rows}
            total={list.data.pages[0]?.total}
            more={{ has: list.hasNextPage, busy: list.isFetchingNextPage, load: () => void list.fetchNextPage() }}
            card={(row) => (
              <div className="flex items-start justify-between gap-3 p-4 text-sm">
                <span className="min-w-0 space-y-1">
                  <To row={row} />
                  <Text row={row} />
                  <When row={row} />
                </span>
                <span className="flex shrink-0 flex-col items-end gap-2">
                  <State row={row} />
                  <Read row={row} onRead={setRead} />
                </span>
              </div>
            )}
          />
        ) : (
          <Empty icon={Send} title={nothing[0]} hint={nothing[1]} />
        )}
      </Card>
      {read && <Message row={read} onClose={() => setRead(null)} />}
    </Page>
  );
}

function columnsOf(onRead: (row: OutboxMessageOut) => void): Column<OutboxMessageOut>[] {
  return [
    { id: "recipient", header: texts.to, cell: ({ row }) => <To row={row.original} /> },
    { id: "subject", header: texts.message, cell: ({ row }) => <Text row={row.original} /> },
    { id: "state", header: texts.state, cell: ({ row }) => <State row={row.original} /> },
    { id: "created_at", header: texts.written, wide: true, cell: ({ row }) => <When row={row.original} /> },
    { id: "read", header: "", cell: ({ row }) => <Read row={row.original} onRead={onRead} /> },
  ];
}

function To({ row }: { row: OutboxMessageOut }) {
  return (
    <span className="block min-w-0">
      <span className="block font-semibold break-all">{row.recipient || texts.unknown}</span>
      <span className="text-soft block text-xs">{texts.channels[row.channel] ?? row.channel}</span>
    </span>
  );
}

function Text({ row }: { row: OutboxMessageOut }) {
  return (
    <span className="block max-w-md min-w-0">
      {row.subject && <span className="block font-medium break-words">{row.subject}</span>}
      <span className="text-soft line-clamp-2 break-words">{row.body}</span>
    </span>
  );
}

function State({ row }: { row: OutboxMessageOut }) {
  return (
    <Badge tone={TONES[row.state]} dot>
      {texts.states[row.state]}
    </Badge>
  );
}

function When({ row }: { row: OutboxMessageOut }) {
  return (
    <time dateTime={row.created_at} title={format.date(row.created_at)} className="text-soft block text-xs whitespace-nowrap sm:text-sm">
      {format.ago(row.created_at)}
    </time>
  );
}

function Read({ row, onRead }: { row: OutboxMessageOut; onRead: (row: OutboxMessageOut) => void }) {
  return (
    <Button size="small" aria-label={texts.readOf(row.recipient || texts.unknown)} onClick={() => onRead(row)}>
      <MailOpen aria-hidden /> {texts.read}
    </Button>
  );
}

function Message({ row, onClose }: { row: OutboxMessageOut; onClose: () => void }) {
  return (
    <Dialog
      open
      onClose={onClose}
      title={row.subject || texts.noSubject}
      about={`${texts.to}: ${row.recipient || texts.unknown} · ${texts.channels[row.channel] ?? row.channel} · ${format.date(row.created_at)}`}
    >
      <p className="bg-sunken max-h-[50dvh] overflow-y-auto rounded-lg p-4 text-sm break-words whitespace-pre-wrap" tabIndex={0}>
        {row.body}
      </p>
      <div className="mt-4 flex items-center justify-between gap-3">
        <State row={row} />
        {row.conversation_id && (
          <Button asChild>
            <Link to="/conversations/$id" params={{ id: row.conversation_id }}>
              {texts.conversation}
            </Link>
          </Button>
        )}
      </div>
    </Dialog>
  );
}
