import { BrainCircuit, ChevronRight, LoaderCircle, StickyNote, UserRound, Wrench } from "lucide-react";
import type { StepOut } from "@/api/schema";
import { Badge } from "@/components/ui/badge";
import { cn } from "@/components/ui/cn";
import { Status } from "@/components/patterns/status";
import { format } from "@/i18n/catalogue";
import { common } from "@/i18n/common";
import { JsonView } from "./json-view";
import { texts } from "./texts";

const ICONS = { decision: BrainCircuit, tool: Wrench, human: UserRound, note: StickyNote };

interface Usage {
  in?: number;
  out?: number;
  cached?: number;
  cost?: number;
  currency?: string;
  provider?: string;
  model?: string;
  attempts?: { model: string; outcome: string; ms: number }[];
}

function calls(output: unknown): string[] {
  const made = (output as { tool_calls?: { name: string }[] } | null)?.tool_calls ?? [];
  return made.map((call) => call.name);
}

function headline(step: StepOut): string {
  if (step.kind !== "decision") return step.name;
  if (step.state === "started") return texts.thinking;
  const names = calls(step.output);
  return names.length ? texts.called(names.join(", ")) : texts.answered;
}

/** One step of a turn: a line that opens to all that is known about it. */
export function Step({ step }: { step: StepOut }) {
  const Icon = ICONS[step.kind];
  const failed = step.state === "error" || step.state === "outcome_unknown";
  return (
    <details className="group">
      <summary className="hover:bg-sunken flex min-h-11 cursor-pointer list-none items-center gap-3 rounded-lg px-2 [&::-webkit-details-marker]:hidden">
        <span
          className={cn(
            "grid size-7 shrink-0 place-items-center rounded-lg",
            failed ? "bg-bad-wash text-bad" : step.kind === "tool" ? "bg-info-wash text-info" : "bg-accent-wash text-accent",
          )}
        >
          {step.state === "started" ? <LoaderCircle className="size-3.5 animate-spin" aria-hidden /> : <Icon className="size-3.5" aria-hidden />}
        </span>
        <span className="min-w-0 flex-1">
          <span className="text-soft block text-[0.7rem] leading-tight">{texts[step.kind]}</span>
          <span className={cn("block truncate text-sm font-semibold", step.kind === "tool" && "font-mono text-[0.8rem]")}>
            {headline(step)}
          </span>
        </span>
        {step.state === "started" && <span className="sr-only">{common.status.started}</span>}
        {step.state !== "done" && step.state !== "started" && <Status state={step.state} />}
        <span className="text-soft w-16 text-right text-xs tabular-nums">
          {step.duration_ms != null && format.duration(step.duration_ms)}
        </span>
        <ChevronRight className="text-soft size-4 transition-transform group-open:rotate-90" aria-hidden />
      </summary>
      <div className="space-y-3 py-2 pr-2 pl-12">
        {step.usage && <Facts usage={step.usage as Usage} />}
        {step.verdict && <Verdict verdict={step.verdict} />}
        {step.input != null && <JsonView label={texts.arguments} value={step.input} />}
        {step.output != null && <JsonView label={texts.result} value={step.output} />}
        {isBare(step) && <p className="text-soft text-xs">{step.state === "started" ? texts.underWay : texts.nothingMore}</p>}
      </div>
    </details>
  );
}

/** The answer's own words stand in the chat, not in its step. */
function isBare(step: StepOut): boolean {
  return !step.usage && !step.verdict && step.input == null && step.output == null;
}

function Verdict({ verdict }: { verdict: Record<string, unknown> }) {
  const said = String(verdict.verdict);
  const tone = said === "allow" ? "good" : said === "deny" ? "bad" : "warn";
  const word = said === "allow" ? texts.allow : said === "deny" ? texts.deny : said;
  return (
    <p className="flex flex-wrap items-center gap-2 text-xs">
      <span className="text-soft font-semibold">{texts.verdict}</span>
      <Badge tone={tone}>{word}</Badge>
      {verdict.risk != null && <Badge>{texts.risk(String(verdict.risk))}</Badge>}
    </p>
  );
}

function Facts({ usage }: { usage: Usage }) {
  const facts: [string, string | undefined][] = [
    [texts.provider, usage.provider],
    [texts.model, usage.model],
    [texts.tokensIn, usage.in?.toString()],
    [texts.tokensOut, usage.out?.toString()],
    [texts.cached, usage.cached?.toString()],
    [texts.cost, usage.cost === undefined ? undefined : usage.cost ? format.money(usage.cost, usage.currency ?? "USD") : texts.free],
    [texts.attempts, usage.attempts?.map((each) => `${each.model}: ${each.outcome} (${each.ms} ms)`).join("\n")],
  ];
  return (
    <dl className="grid grid-cols-[auto_1fr] gap-x-4 gap-y-1 text-xs">
      {facts.map(([name, value]) =>
        value === undefined ? null : (
          <div key={name} className="contents">
            <dt className="text-soft font-semibold">{name}</dt>
            <dd className="font-mono break-words whitespace-pre-line">{value}</dd>
          </div>
        ),
      )}
    </dl>
  );
}
