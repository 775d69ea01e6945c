import { useQuery } from "@tanstack/react-query";
import { MessageSquareText, ScrollText } from "lucide-react";
import { useState } from "react";
import { conversationQueries } from "@/api/conversations";
import type { RunOut, StepOut } from "@/api/schema";
import { FormFault, Failed, Loading } from "@/components/patterns/states";
import { CopyButton } from "@/components/patterns/copy";
import { Status } from "@/components/patterns/status";
import { Problem } from "@/api/problem";
import { Badge } from "@/components/ui/badge";
import { Button } from "@/components/ui/button";
import { cn } from "@/components/ui/cn";
import { Dialog } from "@/components/ui/dialog";
import { format } from "@/i18n/catalogue";
import { JsonView } from "./json-view";
import { Step } from "./step";
import { texts } from "./texts";

/** A turn that is under way, as its events tell it. */
export interface Live {
  id: string;
  version: number | null;
  state: "running" | "completed" | "failed" | "cancelled";
  steps: StepOut[];
}

/** One turn: what it cost, its steps, and the prompt on demand. One under way has only its steps yet. */
export function Run({ turn, number, conversationId, pointed, onMessage }: {
  turn: RunOut | Live;
  number: number;
  conversationId: string;
  pointed?: boolean;
  onMessage?: (run: RunOut) => void;
}) {
  const run = "agent_version" in turn ? turn : null;
  const version = run ? run.agent_version : (turn as Live).version;
  return (
    <article
      id={`run-${turn.id}`}
      aria-label={texts.turn(number)}
      aria-busy={!run && turn.state === "running"}
      className={cn("border-line scroll-mt-28 border-b px-3 py-4 last:border-b-0", pointed && "bg-accent-wash/40")}
    >
      <header className="mb-2 flex flex-wrap items-center gap-x-3 gap-y-1 px-2">
        <h3 className="text-sm font-bold">{texts.turn(number)}</h3>
        <Status state={turn.state} />
        {version != null && <span className="text-soft text-xs">{texts.version(version)}</span>}
        {run && run.conversation_id !== conversationId && <Badge>{texts.copied}</Badge>}
      </header>
      {run && <Figures run={run} />}
      {run?.problem && <Failure run={run} problem={run.problem} />}
      <div className="space-y-0.5">
        {turn.steps.map((step, index) => (
          <Step key={index} step={step} />
        ))}
      </div>
      {run && <Further run={run} conversationId={conversationId} onMessage={onMessage} />}
    </article>
  );
}

function Figures({ run }: { run: RunOut }) {
  const tokens = `${format.number(run.input_tokens)} / ${format.number(run.output_tokens)}`;
  return (
    <dl className="text-soft mb-2 flex flex-wrap gap-x-5 gap-y-1 px-2 text-xs">
      <Figure name={texts.time} value={run.duration_ms == null ? "…" : format.duration(run.duration_ms)} />
      <Figure name={texts.tokensIn + " / " + texts.tokensOut} value={tokens} />
      <Figure name={texts.cost} value={run.cost_micros ? format.money(run.cost_micros, run.currency) : texts.free} />
    </dl>
  );
}

function Failure({ run, problem }: { run: RunOut; problem: Record<string, unknown> }) {
  if (run.state !== "cancelled") return <FormFault error={problemIn(problem)} />;
  return <p className="bg-sunken text-soft mb-1 rounded-lg px-3 py-2 text-xs">{String(problem.detail)}</p>;
}

function Further({ run, conversationId, onMessage }: {
  run: RunOut;
  conversationId: string;
  onMessage?: (run: RunOut) => void;
}) {
  const [prompt, setPrompt] = useState(false);
  return (
    <div className="mt-1 flex flex-wrap">
      <Button look="quiet" size="small" onClick={() => setPrompt(true)}>
        <ScrollText aria-hidden /> {texts.prompt}
      </Button>
      {onMessage && run.message_id && (
        <Button look="quiet" size="small" onClick={() => onMessage(run)}>
          <MessageSquareText aria-hidden /> {texts.showMessage}
        </Button>
      )}
      <Dialog wide open={prompt} onClose={() => setPrompt(false)} title={texts.promptTitle} about={texts.promptAbout}>
        {prompt && <Prompt conversationId={conversationId} runId={run.id} />}
      </Dialog>
    </div>
  );
}

function Figure({ name, value }: { name: string; value: string }) {
  return (
    <div>
      <dt className="text-[0.7rem]">{name}</dt>
      <dd className="text-ink font-semibold tabular-nums">{value}</dd>
    </div>
  );
}

function problemIn(told: Record<string, unknown>): Problem {
  return new Problem({ ...told, status: Number(told.status ?? 422), code: String(told.code), detail: String(told.detail) });
}

function Prompt({ conversationId, runId }: { conversationId: string; runId: string }) {
  const run = useQuery(conversationQueries.run(conversationId, runId));
  if (run.isPending) return <Loading rows={3} />;
  if (run.isError) return <Failed error={run.error} onRetry={() => void run.refetch()} />;
  const whole = (run.data.messages ?? []).map((message) => `# ${String(message.role)}\n${String(message.content)}`).join("\n\n");
  return (
    <div className="relative">
      <CopyButton text={whole} label={texts.copyPrompt} className="absolute -top-1 right-1" />
      <ol className="space-y-3">
        {run.data.messages?.map((message, index) => (
          <li key={index} className="border-line rounded-xl border">
            <p className="border-line bg-sunken rounded-t-xl border-b px-3 py-1.5 text-xs font-bold">
              {texts.roles[String(message.role)] ?? String(message.role)}
            </p>
            {message.content ? (
              <p className="p-3 font-mono text-xs leading-relaxed wrap-anywhere whitespace-pre-wrap">{String(message.content)}</p>
            ) : null}
            {message.tool_calls ? <JsonView value={message.tool_calls} /> : null}
          </li>
        ))}
      </ol>
    </div>
  );
}
