import { useQuery } from "@tanstack/react-query";
import { Link, useNavigate, useRouterState, useSearch } from "@tanstack/react-router";
import { Bot, Info, MessageCirclePlus } from "lucide-react";
import { useCallback, useEffect, useMemo, useRef, useState } from "react";
import { agentQueries } from "@/api/agents";
import { conversationQueries, type Pins } from "@/api/conversations";
import type { ConversationOut, MessageOut } from "@/api/schema";
import { Page } from "@/components/patterns/page";
import { Empty, Failed } from "@/components/patterns/states";
import { TwoPanes, type Side } from "@/components/patterns/two-panes";
import { Button } from "@/components/ui/button";
import { Card } from "@/components/ui/card";
import type { Spec } from "@/features/agents/spec";
import { Export } from "@/features/conversations/export";
import { texts as traceTexts } from "@/features/trace/texts";
import { TracePanel } from "@/features/trace/trace-panel";
import { Chat } from "./chat";
import { Setup, type Choice } from "./setup";
import { texts } from "./texts";
import { useTalk, type Said } from "./use-talk";

export default function PlaygroundPage() {
  const search = useSearch({ from: "/app/playground" });
  const navigate = useNavigate({ from: "/playground" });
  const names = useQuery(agentQueries.names());
  const agent = search.agent ?? names.data?.items[0]?.slug;
  const detail = useQuery({ ...agentQueries.one(agent ?? ""), enabled: Boolean(agent) }).data?.data;
  // An agent that takes no messages yet is tried by its latest version.
  const answers = !detail || detail.status === "active" || detail.status === "testing";
  const version = search.version ?? (answers ? undefined : detail.latest_version || undefined);
  const { model, channel, conversation } = search;
  const pins: Pins = useMemo(
    () => ({ version: version ?? null, model: model ?? null, simulated_channel: channel ?? null }),
    [version, model, channel],
  );

  const onOpened = useCallback(
    (id: string) => void navigate({ search: (old) => ({ ...old, agent, conversation: id }), replace: !conversation }),
    [navigate, agent, conversation],
  );
  const talk = useTalk({ agent, pins, conversationId: conversation, onOpened });
  useAsked(agent, talk.say);
  const one = useQuery({ ...conversationQueries.one(conversation ?? ""), enabled: Boolean(conversation) }).data;
  const numbered = useQuery({ ...agentQueries.version(agent ?? "", version ?? 1), enabled: Boolean(agent && version) });
  const spec = ((version ? numbered.data?.spec : detail?.current?.spec) ?? {}) as Spec;
  const [side, setSide] = useState<Side>("first");
  const [pointed, setPointed] = useState<string>();
  const [insteadOf, setInsteadOf] = useState<MessageOut>();

  if (names.isError || names.data?.items.length === 0) {
    return (
      <Page title={texts.title}>
        {names.isError ? <Failed error={names.error} onRetry={() => void names.refetch()} /> : <NoAgents />}
      </Page>
    );
  }
  const choose = (change: Choice) => {
    const other = change.agent !== undefined && change.agent !== agent;
    void navigate({ search: (old) => ({ ...old, agent, ...change, conversation: other ? undefined : old.conversation }) });
  };
  const anew = () => {
    setInsteadOf(undefined);
    void navigate({ search: (old) => ({ ...old, agent, conversation: undefined }) });
  };
  const showSteps = (run: string) => {
    setPointed(run);
    setSide("second");
    requestAnimationFrame(() => document.getElementById(`run-${run}`)?.scrollIntoView({ block: "nearest", behavior: "smooth" }));
  };

  return (
    <Page wide title={texts.title} about={texts.about}>
      <Setup choice={{ agent, version, model, channel }} onChoose={choose}>
        <div className="flex gap-2">
          <Button className="flex-1" onClick={anew} disabled={!conversation}>
            <MessageCirclePlus aria-hidden /> {texts.restart}
          </Button>
          {one && <Export talk={one} compact />}
        </div>
      </Setup>
      {one && differs(one, pins) && (
        <p className="bg-info-wash text-info mb-4 flex gap-2 rounded-xl px-4 py-3 text-sm">
          <Info className="mt-0.5 size-4 shrink-0" aria-hidden />
          <span>
            <strong>{texts.other}.</strong> {texts.otherHint}
          </span>
        </p>
      )}
      <TwoPanes
        tall
        label={texts.title}
        side={side}
        onSide={setSide}
        first={{
          name: texts.chat,
          body: (
            <Chat
              key={conversation && insteadOf ? insteadOf.id : "talk"}
              agent={agent}
              talk={talk}
              spec={spec}
              closed={one?.status === "closed"}
              insteadOf={insteadOf}
              onInsteadOf={setInsteadOf}
              onSteps={showSteps}
            />
          ),
        }}
        second={{
          name: `${traceTexts.trace} (${talk.runs.length + (talk.live ? 1 : 0)})`,
          body: (
            <Card aria-label={traceTexts.trace} className="flex min-h-96 flex-col xl:h-full xl:overflow-hidden">
              <h2 className="border-line border-b px-5 py-3.5 text-sm font-bold">{traceTexts.trace}</h2>
              <div className="flex-1 overflow-y-auto" tabIndex={0}>
                {talk.trace.isError ? (
                  <Failed error={talk.trace.error} onRetry={() => void talk.trace.refetch()} />
                ) : (
                  <TracePanel runs={talk.runs} live={talk.live} conversationId={conversation ?? ""} pointed={pointed} />
                )}
              </div>
            </Card>
          ),
        }}
      />
    </Page>
  );
}

function differs(talk: ConversationOut, pins: Pins): boolean {
  const held = [talk.version, talk.model, talk.simulated_channel].map((each) => each ?? null);
  return [pins.version, pins.model, pins.simulated_channel].some((each, index) => each !== held[index]);
}

function NoAgents() {
  const make = (
    <Button asChild look="primary">
      <Link to="/new-agent">{texts.make}</Link>
    </Button>
  );
  return <Empty icon={Bot} title={texts.noAgents} hint={texts.noAgentsHint} action={make} />;
}

/** Asks once what the page before handed over. */
function useAsked(agent: string | undefined, say: (said: Said) => Promise<void>) {
  const ask = useRouterState({ select: (state) => state.location.state.ask });
  const navigate = useNavigate({ from: "/playground" });
  const asked = useRef(false);
  useEffect(() => {
    if (!ask || !agent || asked.current) return;
    asked.current = true;
    void navigate({ search: { agent }, state: {}, replace: true });
    void say({ text: ask });
  }, [ask, agent, say, navigate]);
}
