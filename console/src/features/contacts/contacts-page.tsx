import { useInfiniteQuery } from "@tanstack/react-query";
import { Link, useNavigate, useSearch } from "@tanstack/react-router";
import { Plus, SearchX, UserRound } from "lucide-react";
import { useState } from "react";
import { contactQueries, type ContactSearch } from "@/api/contacts";
import type { ContactRow } from "@/api/schema";
import { DataTable, type Column } from "@/components/patterns/data-table";
import { Filters, SearchBox } from "@/components/patterns/filters";
import { Page } from "@/components/patterns/page";
import { Empty, Failed, Loading } from "@/components/patterns/states";
import { Badge } from "@/components/ui/badge";
import { Button } from "@/components/ui/button";
import { Card } from "@/components/ui/card";
import { Select } from "@/components/ui/input";
import { useMay } from "@/features/session/use-may";
import { format } from "@/i18n/catalogue";
import { channelName, common } from "@/i18n/common";
import { Avatar } from "./avatar";
import { ContactDialog } from "./contact-dialog";
import { Handle } from "./handle";
import { metOn, nameOf } from "./naming";
import { texts } from "./texts";

/** Where people can come from today. */
const CHANNELS = ["api", "console", "web_chat", "playground"];
const columns: Column<ContactRow>[] = [
  { id: "name", header: texts.name, cell: ({ row }) => <Who contact={row.original} /> },
  { id: "handles", header: texts.reach, cell: ({ row }) => <Reach contact={row.original} /> },
  { id: "channels", header: texts.channel, wide: true, cell: ({ row }) => <Channels contact={row.original} /> },
  {
    id: "conversation_count",
    header: texts.talks,
    wide: true,
    cell: ({ row }) => <span className="tabular-nums">{format.number(row.original.conversation_count)}</span>,
  },
  { id: "last_contact_at", header: texts.last, sortable: true, cell: ({ row }) => <When iso={row.original.last_contact_at} /> },
];

export default function ContactsPage() {
  const search = useSearch({ from: "/app/contacts" });
  const navigate = useNavigate({ from: "/contacts" });
  const [making, setMaking] = useState(false);
  const list = useInfiniteQuery(contactQueries.list(search));
  const mayWrite = useMay("contacts:write");
  const set = (change: Partial<ContactSearch>) => void navigate({ search: (old) => ({ ...old, ...change }), replace: true });
  const rows = list.data?.pages.flatMap((page) => page.items) ?? [];
  const filtered = Boolean(search.search || search.channel);
  const make = mayWrite && (
    <Button look="primary" onClick={() => setMaking(true)}>
      <Plus aria-hidden /> {texts.make}
    </Button>
  );

  return (
    <Page title={texts.title} about={texts.about} actions={make}>
      <Filters onClear={filtered ? () => set({ search: undefined, channel: undefined }) : undefined}>
        <SearchBox label={texts.search} value={search.search ?? ""} onSearch={(text) => set({ search: text || undefined })} />
        <Select
          aria-label={texts.channel}
          value={search.channel ?? ""}
          onChange={(event) => set({ channel: event.target.value || undefined })}
        >
          <option value="">{texts.anyChannel}</option>
          {CHANNELS.map((channel) => (
            <option key={channel} value={channel}>
              {channelName(channel)}
            </option>
          ))}
        </Select>
      </Filters>
      {rows[0]?.masked && <p className="bg-info-wash text-info mb-4 rounded-lg px-4 py-3 text-sm">{texts.masked}</p>}
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
            card={(contact) => <ContactCard contact={contact} />}
          />
        ) : filtered ? (
          <Empty icon={SearchX} title={common.nothingFound} hint={texts.nothingHint} />
        ) : (
          <Empty icon={UserRound} title={texts.none} hint={texts.noneHint} action={make} />
        )}
      </Card>
      {making && <ContactDialog onClose={() => setMaking(false)} />}
    </Page>
  );
}

function Who({ contact }: { contact: ContactRow }) {
  return (
    <span className="flex items-center gap-3">
      <Avatar contact={contact} />
      <Link
        to="/contacts/$id"
        params={{ id: contact.id }}
        className="min-w-0 truncate font-semibold sm:max-w-44 xl:max-w-72 after:absolute after:inset-0 focus-visible:outline-none focus-visible:after:rounded-lg focus-visible:after:outline-2 focus-visible:after:-outline-offset-2 focus-visible:after:outline-accent"
      >
        {nameOf(contact)}
      </Link>
    </span>
  );
}

/** The first address, and how many more there are; not the one that already stands in the place of a name. */
function Reach({ contact }: { contact: ContactRow }) {
  const [first, ...others] = contact.name ? contact.handles : contact.handles.slice(1);
  if (!first) return <span className="text-soft">–</span>;
  return (
    <span className="flex max-w-56 items-center gap-2">
      <Handle handle={first} />
      {others.length > 0 && <Badge>+{format.number(others.length)}</Badge>}
    </span>
  );
}

function Channels({ contact }: { contact: ContactRow }) {
  return (
    <span className="flex gap-1">
      {metOn(contact).map((channel) => (
        <Badge key={channel}>{channelName(channel)}</Badge>
      ))}
    </span>
  );
}

function ContactCard({ contact }: { contact: ContactRow }) {
  const channels = metOn(contact).map(channelName).join(", ");
  return (
    <div className="p-4 text-sm">
      <Who contact={contact} />
      <div className="mt-1 flex items-center justify-between gap-3 pl-12 text-xs">
        <span className="text-soft min-w-0 truncate">{(contact.name && contact.handles[0]?.value) || channels}</span>
        <When iso={contact.last_contact_at} />
      </div>
    </div>
  );
}

function When({ iso }: { iso: string | null }) {
  if (!iso) return <span className="text-soft">{texts.never}</span>;
  return (
    <time dateTime={iso} title={format.date(iso)} className="text-soft whitespace-nowrap">
      {format.ago(iso)}
    </time>
  );
}
