import { History, MessagesSquare, Undo2 } from "lucide-react";
import { useEffect, useRef, type ReactNode } from "react";
import type { MessageOut } from "@/api/schema";
import { Empty, Failed, FormFault, Loading } from "@/components/patterns/states";
import { Button } from "@/components/ui/button";
import { Card } from "@/components/ui/card";
import type { Spec } from "@/features/agents/spec";
import { Bubble, MessageBubble } from "@/features/conversations/bubble";
import { RichText } from "@/features/conversations/rich-text";
import { StarterChips } from "@/features/tour/starter-chips";
import { Composer } from "./composer";
import type { Pending } from "./talk";
import { texts } from "./texts";
import type { useTalk } from "./use-talk";

interface Props {
  agent: string | undefined;
  talk: ReturnType<typeof useTalk>;
  spec: Spec;
  closed: boolean;
  /** The customer's message from which the conversation is being begun anew. */
  insteadOf: MessageOut | undefined;
  onInsteadOf: (message: MessageOut | undefined) => void;
  onSteps: (run: string) => void;
}

/** The talk itself and where one goes on with it. */
export function Chat({ agent, talk, spec, closed, insteadOf, onInsteadOf, onSteps }: Props) {
  const { pending, unsent, stored, say, stop } = talk;
  const busy = Boolean(pending && !pending.problem);
  const messages = insteadOf ? talk.messages.filter((each) => each.seq < insteadOf.seq) : talk.messages;
  const attachments = spec.conversation?.attachments;
  const blank = !messages.length && !pending && !unsent.length && !stored.isLoading && !stored.isError && !insteadOf;
  return (
    <Card className="flex h-[calc(100dvh-12.5rem)] min-h-96 flex-col xl:h-full">
      <Scroll follow={`${messages.length}:${unsent.length}:${pending?.text.length ?? 0}`}>
        {stored.isError && <Failed error={stored.error} onRetry={() => void stored.refetch()} />}
        {stored.isLoading && !pending && <Loading rows={3} />}
        {blank && (
          <Empty
            icon={MessagesSquare}
            title={texts.empty}
            hint={texts.emptyHint}
            action={agent && <StarterChips agent={agent} onAsk={(text) => void say({ text })} />}
          />
        )}
        {messages.map((message) => (
          <MessageBubble
            key={message.id}
            message={message}
            onSteps={onSteps}
            actions={message.role === "user" && !busy && message.conversation_id ? <Anew onClick={() => onInsteadOf(message)} /> : undefined}
          />
        ))}
        {!insteadOf &&
          [...unsent, ...(pending ? [pending] : [])].map((each) => (
            <Ongoing
              key={each.key}
              pending={each}
              busy={busy}
              onAgain={() => void talk.sayAgain(each)}
              onThrowAway={() => talk.throwAway(each)}
            />
          ))}
      </Scroll>
      {closed && !insteadOf ? (
        <p className="border-line text-soft border-t p-4 text-center text-sm">{texts.closed}</p>
      ) : (
        <Composer
          busy={busy}
          stopping={Boolean(pending?.stopping)}
          start={insteadOf?.content}
          accept={attachments?.accept ? (attachments.types ?? []) : undefined}
          banner={insteadOf && <Restarting onKeep={() => onInsteadOf(undefined)} />}
          onSay={(text, files) => {
            onInsteadOf(undefined);
            void say({ text, files, insteadOf });
          }}
          onStop={() => void stop()}
        />
      )}
    </Card>
  );
}

function Anew({ onClick }: { onClick: () => void }) {
  return (
    <button
      type="button"
      title={texts.restartHere}
      aria-label={texts.restartHere}
      className="text-soft hover:text-ink hover:bg-sunken grid size-11 place-items-center rounded-lg sm:size-8"
      onClick={onClick}
    >
      <History className="size-3.5" aria-hidden />
    </button>
  );
}

function Restarting({ onKeep }: { onKeep: () => void }) {
  return (
    <div className="bg-accent-wash mb-3 flex flex-wrap items-center justify-between gap-2 rounded-xl px-4 py-2 text-sm">
      <p className="min-w-0 flex-1 basis-64">
        <strong className="text-accent block">{texts.restarting}</strong>
        <span className="text-soft text-xs">{texts.restartingHint}</span>
      </p>
      <Button size="small" onClick={onKeep}>
        <Undo2 aria-hidden /> {texts.keep}
      </Button>
    </div>
  );
}

function Ongoing({ pending, busy, onAgain, onThrowAway }: {
  pending: Pending;
  busy: boolean;
  onAgain: () => void;
  onThrowAway: () => void;
}) {
  const doing = pending.stopping
    ? texts.stopping
    : pending.queued
      ? texts.queued
      : pending.tool
        ? texts.callingTool(pending.tool)
        : texts.working;
  return (
    <>
      <Bubble mine>
        <RichText text={pending.said} />
      </Bubble>
      {pending.problem ? (
        <div className="space-y-2">
          <FormFault error={pending.problem} />
          <div className="flex gap-2">
            <Button size="small" disabled={busy} onClick={onAgain}>
              {texts.again}
            </Button>
            {!pending.message_id && (
              <Button size="small" look="quiet" onClick={onThrowAway}>
                {texts.throwAway}
              </Button>
            )}
          </div>
        </div>
      ) : (
        <Bubble mine={false}>
          {pending.text ? (
            <RichText text={pending.text} />
          ) : (
            <span className="text-soft flex animate-pulse items-center gap-2 text-sm">{doing} …</span>
          )}
        </Bubble>
      )}
    </>
  );
}

/** Stays at the end as the talk grows. */
function Scroll({ follow, children }: { follow: string; children: ReactNode }) {
  const box = useRef<HTMLDivElement>(null);
  useEffect(() => {
    if (box.current) box.current.scrollTop = box.current.scrollHeight;
  }, [follow]);
  return (
    <div ref={box} role="log" aria-label={texts.chat} tabIndex={0} className="flex-1 space-y-4 overflow-y-auto p-4 sm:p-6">
      {children}
    </div>
  );
}
