import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { Link, useNavigate, useParams, useSearch } from "@tanstack/react-router";
import { ArrowLeft, FlaskConical, Play } from "lucide-react";
import { useState } from "react";
import { conversationKeys, conversationQueries, conversations } from "@/api/conversations";
import type { ConversationOut, RunOut } from "@/api/schema";
import { Confirm } from "@/components/patterns/confirm";
import { Page } from "@/components/patterns/page";
import { Failed, Loading } from "@/components/patterns/states";
import { Status } from "@/components/patterns/status";
import { toast } from "@/components/patterns/toasts";
import { TwoPanes, type Side } from "@/components/patterns/two-panes";
import { Badge } from "@/components/ui/badge";
import { Button } from "@/components/ui/button";
import { Card } from "@/components/ui/card";
import { texts as playTexts } from "@/features/playground/texts";
import { texts as traceTexts } from "@/features/trace/texts";
import { TracePanel } from "@/features/trace/trace-panel";
import { format } from "@/i18n/catalogue";
import { ContactCard } from "./contact-card";
import { Export } from "./export";
import { channelName } from "@/i18n/common";
import { contactName } from "./names";
import { texts } from "./texts";
import { Transcript } from "./transcript";

export default function ConversationPage() {
  const { id } = useParams({ from: "/app/conversations/$id" });
  const search = useSearch({ from: "/app/conversations/$id" });
  const navigate = useNavigate({ from: "/conversations/$id" });
  const [side, setSide] = useState<Side>("first");
  const one = useQuery(conversationQueries.one(id));
  const trace = useQuery(conversationQueries.trace(id));
  if (one.isPending) return <Loading />;
  if (one.isError) {
    return (
      <Page title={texts.title}>
        <Failed error={one.error} onRetry={() => void one.refetch()} />
      </Page>
    );
  }
  const talk = one.data;
  const point = (change: { message?: string; run?: string }, to: Side) => {
    setSide(to);
    void navigate({ search: (old) => ({ ...old, ...change }), replace: true, resetScroll: false });
    const target = change.run ? `run-${change.run}` : `message-${change.message}`;
    requestAnimationFrame(() => document.getElementById(target)?.scrollIntoView({ block: "center", behavior: "smooth" }));
  };
  const showMessage = (run: RunOut) => point({ message: run.message_id ?? undefined }, "first");
  return (
    <Page
      wide
      title={contactName(talk)}
      badge={
        <>
          <Status state={talk.status} />
          {talk.channel === "playground" && (
            <Badge tone="info">
              <FlaskConical className="size-3" aria-hidden /> {texts.test}
            </Badge>
          )}
        </>
      }
      about={
        <>
          {texts.with(talk.agent_name, channelName(talk.channel))}, <time dateTime={talk.created_at}>{format.date(talk.created_at)}</time>
        </>
      }
      actions={<Actions talk={talk} />}
    >
      <TwoPanes
        label={texts.title}
        side={side}
        onSide={setSide}
        first={{
          name: texts.transcript,
          body: (
            <Transcript
              id={id}
              mark={search.search}
              pointed={search.message}
              onSteps={(run) => point({ run }, "second")}
            />
          ),
        }}
        second={{
          name: traceTexts.trace,
          body: (
            <div className="space-y-4">
              <ContactCard talk={talk} />
              <Card aria-label={traceTexts.trace}>
                <h2 className="border-line border-b px-5 py-3.5 text-sm font-bold">{traceTexts.trace}</h2>
                {trace.isPending ? (
                  <Loading rows={3} />
                ) : trace.isError ? (
                  <Failed error={trace.error} onRetry={() => void trace.refetch()} />
                ) : (
                  <TracePanel runs={trace.data.items} conversationId={id} pointed={search.run} onMessage={showMessage} />
                )}
              </Card>
            </div>
          ),
        }}
      />
    </Page>
  );
}

function Actions({ talk }: { talk: ConversationOut }) {
  const pins = {
    version: talk.version ?? undefined,
    model: talk.model ?? undefined,
    channel: talk.simulated_channel ?? undefined,
  };
  return (
    <>
      <Button asChild>
        <Link to="/conversations">
          <ArrowLeft aria-hidden /> {texts.back}
        </Link>
      </Button>
      {talk.channel === "playground" && (
        <Button asChild>
          <Link to="/playground" search={{ agent: talk.agent_slug, ...pins, conversation: talk.id }}>
            <Play aria-hidden /> {playTexts.title}
          </Link>
        </Button>
      )}
      <Export talk={talk} />
      {talk.status !== "closed" && <Close id={talk.id} />}
    </>
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
      await queries.invalidateQueries({ queryKey: ["conversation-page"] });
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
