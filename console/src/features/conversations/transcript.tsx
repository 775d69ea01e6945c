import { useInfiniteQuery } from "@tanstack/react-query";
import { MessagesSquare } from "lucide-react";
import { useEffect, useMemo, useRef } from "react";
import { conversationQueries } from "@/api/conversations";
import { Empty, Failed, Loading } from "@/components/patterns/states";
import { Button } from "@/components/ui/button";
import { Card } from "@/components/ui/card";
import { format } from "@/i18n/catalogue";
import { MessageBubble } from "./bubble";
import { texts } from "./texts";

interface Props {
  id: string;
  mark?: string;
  /** The message that a search or a turn pointed at; older pages are fetched until it is there. */
  pointed?: string;
  onSteps: (run: string) => void;
}

/** What was said, from the last message upwards. */
export function Transcript({ id, mark, pointed, onSteps }: Props) {
  const pages = useInfiniteQuery(conversationQueries.messages(id));
  const { hasNextPage, isFetchingNextPage, fetchNextPage } = pages;
  const messages = useMemo(() => pages.data?.pages.flatMap((page) => page.items).toReversed() ?? [], [pages.data]);
  const target = pointed ? messages.find((each) => each.id === pointed || copyOf(each.metadata) === pointed) : undefined;

  useEffect(() => {
    if (pointed && !target && hasNextPage && !isFetchingNextPage) void fetchNextPage();
  }, [pointed, target, hasNextPage, isFetchingNextPage, fetchNextPage]);
  const gone = useRef<string | undefined>(undefined);
  useEffect(() => {
    if (!target || gone.current === target.id) return;
    gone.current = target.id;
    document.getElementById(`message-${target.id}`)?.scrollIntoView({ block: "center" });
  }, [target]);

  return (
    <Card aria-label={texts.transcript} className="space-y-4 p-4 sm:p-6">
      {pages.isPending && <Loading rows={4} />}
      {pages.isError && <Failed error={pages.error} onRetry={() => void pages.refetch()} />}
      {pages.isSuccess && !messages.length && <Empty icon={MessagesSquare} title={texts.empty} />}
      {hasNextPage && (
        <div className="text-center">
          <Button busy={isFetchingNextPage} onClick={() => void fetchNextPage()}>
            {texts.earlier}
          </Button>
        </div>
      )}
      {messages.map((message, index) => (
        <div key={message.id} className="space-y-4">
          {format.fullDay(message.created_at) !== format.fullDay(messages[index - 1]?.created_at) && (
            <p className="text-soft flex items-center gap-3 text-xs font-semibold before:h-px before:flex-1 before:bg-[var(--line)] after:h-px after:flex-1 after:bg-[var(--line)]">
              {format.fullDay(message.created_at)}
            </p>
          )}
          <MessageBubble message={message} mark={mark} pointed={message === target} onSteps={onSteps} />
        </div>
      ))}
    </Card>
  );
}

function copyOf(metadata: Record<string, unknown> | undefined): string | undefined {
  return (metadata?.copied as { message_id?: string } | undefined)?.message_id;
}
