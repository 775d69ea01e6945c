import { ScanSearch } from "lucide-react";
import type { RunOut, StepOut } from "@/api/schema";
import { Empty } from "@/components/patterns/states";
import { Status } from "@/components/patterns/status";
import { Run } from "./run";
import { Step } from "./step";
import { texts } from "./texts";

/** A turn that is under way, as its events tell it. */
export interface Live {
  version: number | null;
  state: "running" | "completed" | "failed" | "cancelled";
  steps: StepOut[];
}

interface Props {
  runs: RunOut[];
  conversationId: string;
  live?: Live | null;
  /** The run that a message pointed at. */
  pointed?: string;
  onMessage?: (run: RunOut) => void;
}

/** All turns of a conversation, the newest first. */
export function TracePanel({ runs, conversationId, live, pointed, onMessage }: Props) {
  if (!runs.length && !live) return <Empty icon={ScanSearch} title={texts.empty} hint={texts.traceHint} />;
  return (
    <div>
      {live && <LiveTurn live={live} number={runs.length + 1} />}
      {runs
        .map((run, index) => (
          <Run
            key={run.id}
            run={run}
            number={index + 1}
            conversationId={conversationId}
            pointed={run.id === pointed}
            onMessage={onMessage}
          />
        ))
        .reverse()}
    </div>
  );
}

function LiveTurn({ live, number }: { live: Live; number: number }) {
  return (
    <article aria-label={texts.turn(number)} aria-busy={live.state === "running"} className="border-line border-b px-3 py-4 last:border-b-0">
      <header className="mb-2 flex flex-wrap items-center gap-x-3 gap-y-1 px-2">
        <h3 className="text-sm font-bold">{texts.turn(number)}</h3>
        <Status state={live.state} />
        {live.version != null && <span className="text-soft text-xs">{texts.version(live.version)}</span>}
      </header>
      <div className="space-y-0.5">
        {live.steps.map((step, index) => (
          <Step key={index} step={step} />
        ))}
      </div>
    </article>
  );
}
