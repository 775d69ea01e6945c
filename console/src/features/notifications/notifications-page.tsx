import { useInfiniteQuery } from "@tanstack/react-query";
import { useNavigate, useSearch } from "@tanstack/react-router";
import { BellOff, CheckCheck } from "lucide-react";
import { notificationQueries, type NotificationSearch } from "@/api/notifications";
import type { NotificationOut } from "@/api/schema";
import { Filters } from "@/components/patterns/filters";
import { Page } from "@/components/patterns/page";
import { Empty, Failed, Loading } from "@/components/patterns/states";
import { toast } from "@/components/patterns/toasts";
import { Button } from "@/components/ui/button";
import { Card } from "@/components/ui/card";
import { Select } from "@/components/ui/input";
import { common } from "@/i18n/common";
import { Item, useReading } from "./item";
import { Preferences } from "./preferences";
import { texts } from "./texts";

const MOST_AT_ONCE = 200;
const KINDS = Object.keys(texts.kinds) as NotificationOut["kind"][];

export default function NotificationsPage() {
  const search = useSearch({ from: "/app/notifications" });
  const navigate = useNavigate({ from: "/notifications" });
  const list = useInfiniteQuery(notificationQueries.list(search));
  const reading = useReading();
  const items = list.data?.pages.flatMap((page) => page.items) ?? [];
  const newest = items[0];
  const waiting = items.filter((each) => each.unread).map((each) => each.id);
  const set = (change: NotificationSearch) => void navigate({ search: (old) => ({ ...old, ...change }), replace: true });
  const markAll = () => {
    if (!newest) return;
    // Of one kind those that are shown; of every kind also those further down.
    const which = search.kind ? { ids: waiting.slice(0, MOST_AT_ONCE) } : { before: newest.updated_at };
    reading.mutate(which, { onSuccess: () => toast.done(texts.markedAll) });
  };
  const nothing = search.kind
    ? ([common.nothingFound, common.nothingFoundHint] as const)
    : search.unread
      ? ([texts.noneUnread, texts.noneUnreadHint] as const)
      : ([texts.none, texts.noneHint] as const);

  return (
    <Page
      title={texts.title}
      about={texts.about}
      actions={
        <Button disabled={!waiting.length} busy={reading.isPending} onClick={markAll}>
          <CheckCheck aria-hidden /> {texts.markAll}
        </Button>
      }
    >
      <div className="grid items-start gap-6 xl:grid-cols-[1fr_22rem]">
        <div className="min-w-0">
          <Filters onClear={search.kind || search.unread ? () => set({ kind: undefined, unread: undefined }) : undefined}>
            <Select
              aria-label={texts.which}
              value={search.unread ? "unread" : ""}
              onChange={(event) => set({ unread: event.target.value === "unread" || undefined })}
            >
              <option value="">{texts.any}</option>
              <option value="unread">{texts.unread}</option>
            </Select>
            <Select
              aria-label={texts.kind}
              value={search.kind ?? ""}
              onChange={(event) => set({ kind: KINDS.find((each) => each === event.target.value) })}
            >
              <option value="">{texts.anyKind}</option>
              {KINDS.map((kind) => (
                <option key={kind} value={kind}>
                  {texts.kinds[kind]}
                </option>
              ))}
            </Select>
          </Filters>
          <Card className="overflow-hidden">
            {list.isPending ? (
              <Loading rows={6} />
            ) : list.isError ? (
              <Failed error={list.error} onRetry={() => void list.refetch()} />
            ) : items.length ? (
              <ul aria-label={texts.list} className="divide-line divide-y">
                {items.map((one) => (
                  <Item key={one.id} one={one} marking />
                ))}
              </ul>
            ) : (
              <Empty icon={BellOff} title={nothing[0]} hint={nothing[1]} />
            )}
            {list.hasNextPage && (
              <div className="border-line flex justify-center border-t p-3">
                <Button busy={list.isFetchingNextPage} onClick={() => void list.fetchNextPage()}>
                  {common.more}
                </Button>
              </div>
            )}
          </Card>
        </div>
        <Preferences />
      </div>
    </Page>
  );
}
