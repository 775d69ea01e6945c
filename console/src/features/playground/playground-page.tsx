import { useQuery } from "@tanstack/react-query";
import { Link, useNavigate, useSearch } from "@tanstack/react-router";
import { Bot, MessageCirclePlus, MessagesSquare } from "lucide-react";
import { useCallback, useEffect, useRef, useState } from "react";
import { agentQueries } from "@/api/agents";
import { Page } from "@/components/patterns/page";
import { Empty, Failed, FormFault, Loading } from "@/components/patterns/states";
import { Button } from "@/components/ui/button";
import { Card } from "@/components/ui/card";
import { cn } from "@/components/ui/cn";
import { Select } from "@/components/ui/input";
import { Bubble, MessageBubble, RichText } from "@/features/conversations/bubble";
import { texts as traceTexts } from "@/features/trace/texts";
import { TracePanel } from "@/features/trace/trace-panel";
import { Composer } from "./composer";
import type { Pending } from "./talk";
import { texts } from "./texts";
import { useTalk } from "./use-talk";

export default function PlaygroundPage() {
  const search = useSearch({ from: "/app/playground" });
  const navigate = useNavigate({ from: "/playground" });
  const names = useQuery(agentQueries.names());
  const agent = search.agent ?? names.data?.items[0]?.slug;
  const [view, setView] = useState<"chat" | "trace">("chat");

  const onOpened = useCallback(
    (conversation: string) => void navigate({ search: { agent, conversation }, replace: true }),
    [navigate, agent],
  );
  const { messages, pending, trace, stored, say } = useTalk(agent, search.conversation, onOpened);

  if (names.isError || names.data?.items.length === 0) {
    return (
      <Page title={texts.title}>
        {names.isError ? <Failed error={names.error} onRetry={() => void names.refetch()} /> : <NoAgents />}
      </Page>
    );
  }
  const choose = (slug: string) => void navigate({ search: { agent: slug } });
  const runs = trace.data?.items ?? [];

  return (
    <Page
      wide
      title={texts.title}
      about={texts.about}
      actions={
        <>
          <Select aria-label={texts.agent} value={agent ?? ""} onChange={(event) => choose(event.target.value)}>
            {names.data?.items.map((each) => (
              <option key={each.slug} value={each.slug}>
                {each.name} ({each.slug})
              </option>
            ))}
          </Select>
          <Button onClick={() => agent && choose(agent)} disabled={!search.conversation}>
            <MessageCirclePlus aria-hidden /> {texts.restart}
          </Button>
        </>
      }
    >
      <div role="group" aria-label={texts.title} className="bg-sunken mb-3 grid grid-cols-2 gap-1 rounded-xl p-1 xl:hidden">
        {(["chat", "trace"] as const).map((each) => (
          <button
            key={each}
            type="button"
            aria-pressed={view === each}
            className="text-soft aria-pressed:bg-surface aria-pressed:text-ink aria-pressed:shadow-card min-h-11 rounded-lg text-sm font-semibold"
            onClick={() => setView(each)}
          >
            {each === "chat" ? texts.chat : `${traceTexts.trace} (${runs.length})`}
          </button>
        ))}
      </div>
      <div className="grid grid-cols-[minmax(0,1fr)] gap-4 xl:h-[calc(100dvh-13.5rem)] xl:grid-cols-[1fr_28rem]">
        <Card className={cn("flex h-[calc(100dvh-22rem)] min-h-96 flex-col xl:h-full", view === "trace" && "hidden xl:flex")}>
          <Scroll follow={`${messages.length}:${pending?.text.length ?? 0}`}>
            {stored.isError && <Failed error={stored.error} onRetry={() => void stored.refetch()} />}
            {stored.isLoading && !pending && <Loading rows={3} />}
            {!messages.length && !pending && !stored.isLoading && !stored.isError && (
              <Empty icon={MessagesSquare} title={texts.empty} hint={texts.emptyHint} />
            )}
            {messages.map((message) => (
              <MessageBubble key={message.id} message={message} />
            ))}
            {pending && <Ongoing pending={pending} onAgain={() => void say(pending.said, pending.problem?.status === 0 ? pending.key : undefined)} />}
          </Scroll>
          <Composer busy={Boolean(pending && !pending.problem)} onSay={(text) => void say(text)} />
        </Card>
        <Card
          aria-label={traceTexts.trace}
          className={cn("flex min-h-96 flex-col xl:h-full xl:overflow-hidden", view === "chat" && "hidden xl:flex")}
        >
          <h2 className="border-line border-b px-5 py-3.5 text-sm font-bold">{traceTexts.trace}</h2>
          <div className="flex-1 overflow-y-auto" tabIndex={0}>
            {trace.isError ? (
              <Failed error={trace.error} onRetry={() => void trace.refetch()} />
            ) : (
              <TracePanel runs={runs} conversationId={search.conversation ?? ""} />
            )}
          </div>
        </Card>
      </div>
    </Page>
  );
}

function NoAgents() {
  const make = (
    <Button asChild look="primary">
      <Link to="/new-agent">{texts.make}</Link>
    </Button>
  );
  return <Empty icon={Bot} title={texts.noAgents} hint={texts.noAgentsHint} action={make} />;
}

function Ongoing({ pending, onAgain }: { pending: Pending; onAgain: () => void }) {
  const doing = pending.queued ? texts.queued : pending.tool ? texts.callingTool(pending.tool) : texts.working;
  return (
    <>
      <Bubble mine>{pending.said}</Bubble>
      {pending.problem ? (
        <div className="space-y-2">
          <FormFault error={pending.problem} />
          <Button size="small" onClick={onAgain}>
            {texts.again}
          </Button>
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

function Scroll({ follow, children }: { follow: string; children: React.ReactNode }) {
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
