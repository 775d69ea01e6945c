import { useInfiniteQuery, useQuery, useQueryClient } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { Bell as BellIcon, BellOff } from "lucide-react";
import { Popover } from "radix-ui";
import { useEffect, useState } from "react";
import { agentQueries } from "@/api/agents";
import { live } from "@/api/live";
import { notificationQueries } from "@/api/notifications";
import { Empty, Failed, Loading } from "@/components/patterns/states";
import { toast } from "@/components/patterns/toasts";
import { Button } from "@/components/ui/button";
import { Item, useReading } from "./item";
import { say } from "./told";
import { texts } from "./texts";
import { namesOf } from "./use-agent-names";

const SHOWN = 6;
const MOST_COUNTED = 99;

/** The bell of the header: how much is unread, the newest of it, and a word on what is grave as it happens. */
export function Bell() {
  const [open, setOpen] = useState(false);
  const count = useQuery(notificationQueries.unread());
  const unread = count.data?.unread ?? 0;
  useGraveWords();
  return (
    <Popover.Root open={open} onOpenChange={setOpen}>
      <Popover.Trigger
        aria-label={texts.bell(unread)}
        className="text-soft hover:bg-sunken hover:text-ink data-[state=open]:bg-sunken relative grid size-11 shrink-0 place-items-center rounded-lg"
      >
        <BellIcon className="size-5" aria-hidden />
        {unread > 0 && (
          <span
            aria-hidden
            className="bg-spark text-on-spark ring-canvas absolute top-0.5 right-0 grid h-5 min-w-5 place-items-center rounded-full px-1 text-[0.7rem] font-bold tabular-nums ring-2"
          >
            {unread > MOST_COUNTED ? `${MOST_COUNTED}+` : unread}
          </span>
        )}
      </Popover.Trigger>
      <Popover.Portal>
        <Popover.Content
          align="end"
          sideOffset={8}
          collisionPadding={12}
          aria-label={texts.newest}
          className="bg-raised border-line shadow-card animate-rise z-50 flex max-h-[min(36rem,calc(100dvh-5rem))] w-[min(26rem,calc(100vw-1.5rem))] flex-col overflow-hidden rounded-2xl border"
        >
          <Newest onClose={() => setOpen(false)} unread={unread} />
        </Popover.Content>
      </Popover.Portal>
    </Popover.Root>
  );
}

function Newest({ unread, onClose }: { unread: number; onClose: () => void }) {
  const list = useInfiniteQuery(notificationQueries.list({}, SHOWN));
  const reading = useReading();
  const items = list.data?.pages[0]?.items ?? [];
  const newest = items[0];
  return (
    <>
      <div className="border-line flex min-h-14 items-center justify-between gap-3 border-b pr-2 pl-4">
        <h2 className="text-sm font-bold">{texts.title}</h2>
        {unread > 0 && newest && (
          <Button look="quiet" size="small" busy={reading.isPending} onClick={() => reading.mutate({ before: newest.updated_at })}>
            {texts.markAll}
          </Button>
        )}
      </div>
      <div className="flex-1 overflow-y-auto">
        {list.isPending ? (
          <Loading rows={3} />
        ) : list.isError ? (
          <Failed error={list.error} onRetry={() => void list.refetch()} />
        ) : items.length ? (
          <ul aria-label={texts.newest} className="divide-line divide-y">
            {items.map((one) => (
              <Item key={one.id} one={one} onOpen={onClose} />
            ))}
          </ul>
        ) : (
          <Empty icon={BellOff} title={texts.none} hint={texts.noneHint} />
        )}
      </div>
      <Link
        to="/notifications"
        onClick={onClose}
        className="border-line text-accent hover:bg-sunken flex min-h-12 items-center justify-center border-t text-sm font-semibold"
      >
        {texts.all}
      </Link>
    </>
  );
}

/** A polite word when something grave is new and its reader wants to know of its kind. */
function useGraveWords(): void {
  const queries = useQueryClient();
  useEffect(
    () =>
      live.listen(({ type, subject, data }) => {
        if (type !== "notification.created" || data.severity !== "grave") return;
        queries
          .fetchInfiniteQuery({ ...notificationQueries.list({ unread: true }, 1), staleTime: 0 })
          .then(({ pages }) => {
            const [one] = pages[0]?.items ?? [];
            if (one?.id !== subject) return;
            const { title, detail } = say(one, namesOf(queries.getQueryData(agentQueries.names().queryKey)));
            toast.note(title, detail);
          })
          .catch(() => {
            // The badge says it too, once the server answers again.
          });
      }),
    [queries],
  );
}
