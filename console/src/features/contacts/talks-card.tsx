import { useInfiniteQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { MessagesSquare } from "lucide-react";
import { contactQueries } from "@/api/contacts";
import { Empty, Failed, Loading } from "@/components/patterns/states";
import { Status } from "@/components/patterns/status";
import { Button } from "@/components/ui/button";
import { Card } from "@/components/ui/card";
import { format } from "@/i18n/catalogue";
import { channelName, common } from "@/i18n/common";
import { texts } from "./texts";

/** Every talk with the person, whatever the channel, the latest first. */
export function TalksCard({ contactId }: { contactId: string }) {
  const pages = useInfiniteQuery(contactQueries.talks(contactId));
  const talks = pages.data?.pages.flatMap((page) => page.items) ?? [];
  return (
    <Card aria-label={texts.talks}>
      <h2 className="border-line border-b px-5 py-4 text-base font-semibold sm:px-6">{texts.talks}</h2>
      {pages.isPending && <Loading rows={3} />}
      {pages.isError && <Failed error={pages.error} onRetry={() => void pages.refetch()} />}
      {pages.isSuccess && !talks.length && (
        <Empty icon={MessagesSquare} title={texts.noTalks} hint={texts.noTalksHint} />
      )}
      <ol className="px-5 sm:px-6">
        {talks.map((talk) => (
          <li key={talk.id} className="border-line relative ml-1.5 border-l py-4 pl-6 last:border-transparent">
            <span aria-hidden className="bg-spark ring-surface absolute top-5.5 -left-[5px] size-2.5 rounded-full ring-4" />
            <div className="hover:bg-sunken/60 relative -m-2 flex flex-wrap items-center justify-between gap-x-4 gap-y-1 rounded-lg p-2">
              <span className="min-w-0 text-sm">
                <Link
                  to="/conversations/$id"
                  params={{ id: talk.id }}
                  className="font-semibold after:absolute after:inset-0 focus-visible:outline-none focus-visible:after:rounded-lg focus-visible:after:outline-2 focus-visible:after:outline-accent"
                >
                  {talk.agent_name}
                </Link>
                <span className="text-soft block text-xs">
                  {channelName(talk.channel)} · {texts.messages(format.number(talk.message_count))}
                </span>
              </span>
              <span className="flex items-center gap-3 text-xs">
                <Status state={talk.status} />
                <time dateTime={talk.updated_at} title={format.date(talk.updated_at)} className="text-soft">
                  {format.ago(talk.updated_at)}
                </time>
              </span>
            </div>
          </li>
        ))}
      </ol>
      {pages.hasNextPage && (
        <div className="px-5 pb-5 sm:px-6">
          <Button busy={pages.isFetchingNextPage} onClick={() => void pages.fetchNextPage()}>
            {common.more}
          </Button>
        </div>
      )}
    </Card>
  );
}
