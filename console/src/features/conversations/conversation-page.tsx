import { useInfiniteQuery, useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { Link, useParams } from "@tanstack/react-router";
import { ArrowLeft, MessagesSquare, Play } from "lucide-react";
import { useState } from "react";
import { conversationKeys, conversationQueries, conversations } from "@/api/conversations";
import { Confirm } from "@/components/patterns/confirm";
import { Page } from "@/components/patterns/page";
import { Empty, Failed, Loading } from "@/components/patterns/states";
import { Status } from "@/components/patterns/status";
import { toast } from "@/components/patterns/toasts";
import { Button } from "@/components/ui/button";
import { Card } from "@/components/ui/card";
import { format } from "@/i18n/catalogue";
import { common } from "@/i18n/common";
import { texts as playTexts } from "@/features/playground/texts";
import { texts as traceTexts } from "@/features/trace/texts";
import { TracePanel } from "@/features/trace/trace-panel";
import { MessageBubble } from "./bubble";
import { channelName, contactName } from "./conversations-page";
import { texts } from "./texts";

export default function ConversationPage() {
  const { id } = useParams({ from: "/app/conversations/$id" });
  const one = useQuery(conversationQueries.one(id));
  if (one.isPending) return <Loading />;
  if (one.isError) {
    return (
      <Page title={texts.title}>
        <Failed error={one.error} onRetry={() => void one.refetch()} />
      </Page>
    );
  }
  const row = one.data;
  return (
    <Page
      wide
      title={contactName(row)}
      badge={<Status state={row.status} />}
      about={
        <>
          {texts.with(row.agent_name, channelName(row.channel))}, <time dateTime={row.created_at}>{format.date(row.created_at)}</time>
        </>
      }
      actions={
        <>
          <Button asChild>
            <Link to="/conversations">
              <ArrowLeft aria-hidden /> {texts.back}
            </Link>
          </Button>
          {row.channel === "playground" && row.status === "open" && (
            <Button asChild>
              <Link to="/playground" search={{ agent: row.agent_slug, conversation: id }}>
                <Play aria-hidden /> {playTexts.title}
              </Link>
            </Button>
          )}
          {row.status !== "closed" && <Close id={id} />}
        </>
      }
    >
      <div className="grid grid-cols-[minmax(0,1fr)] items-start gap-4 xl:grid-cols-[1fr_28rem]">
        <Transcript id={id} />
        <Trace id={id} />
      </div>
    </Page>
  );
}

function Transcript({ id }: { id: string }) {
  const pages = useInfiniteQuery(conversationQueries.messages(id));
  const messages = pages.data?.pages.flatMap((page) => page.items) ?? [];
  return (
    <Card aria-label={texts.transcript} className="space-y-4 p-4 sm:p-6">
      {pages.isPending && <Loading rows={4} />}
      {pages.isError && <Failed error={pages.error} onRetry={() => void pages.refetch()} />}
      {pages.isSuccess && !messages.length && <Empty icon={MessagesSquare} title={texts.empty} />}
      {messages.map((message) => (
        <MessageBubble key={message.id} message={message} />
      ))}
      {pages.hasNextPage && (
        <Button busy={pages.isFetchingNextPage} onClick={() => void pages.fetchNextPage()}>
          {common.more}
        </Button>
      )}
    </Card>
  );
}

function Trace({ id }: { id: string }) {
  const trace = useQuery(conversationQueries.trace(id));
  return (
    <Card aria-label={traceTexts.trace}>
      <h2 className="border-line border-b px-5 py-3.5 text-sm font-bold">{traceTexts.trace}</h2>
      {trace.isPending ? (
        <Loading rows={3} />
      ) : trace.isError ? (
        <Failed error={trace.error} onRetry={() => void trace.refetch()} />
      ) : (
        <TracePanel runs={trace.data.items} conversationId={id} />
      )}
    </Card>
  );
}

function Close({ id }: { id: string }) {
  const [asking, setAsking] = useState(false);
  const queries = useQueryClient();
  const close = useMutation({
    mutationFn: () => conversations.close(id),
    onSuccess: async () => {
      setAsking(false);
      toast.done(texts.closed);
      await queries.invalidateQueries({ queryKey: conversationKeys.all });
    },
    onError: toast.failed,
  });
  return (
    <>
      <Button onClick={() => setAsking(true)}>{texts.close}</Button>
      <Confirm
        open={asking}
        title={`${texts.close}?`}
        about={texts.closeAbout}
        action={texts.close}
        busy={close.isPending}
        onConfirm={() => close.mutate()}
        onClose={() => setAsking(false)}
      />
    </>
  );
}
