import { ScanSearch } from "lucide-react";
import type { RunOut } from "@/api/schema";
import { Empty } from "@/components/patterns/states";
import { Run } from "./run";
import { texts } from "./texts";

/** All turns of a conversation, the newest first. */
export function TracePanel({ runs, conversationId }: { runs: RunOut[]; conversationId: string }) {
  if (!runs.length) return <Empty icon={ScanSearch} title={texts.empty} hint={texts.traceHint} />;
  return (
    <div>
      {runs
        .map((run, index) => <Run key={run.id} run={run} number={index + 1} conversationId={conversationId} />)
        .reverse()}
    </div>
  );
}
