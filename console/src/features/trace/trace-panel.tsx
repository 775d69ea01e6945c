import { ScanSearch } from "lucide-react";
import type { RunOut } from "@/api/schema";
import { Empty } from "@/components/patterns/states";
import { type Live, Run } from "./run";
import { texts } from "./texts";

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
  // One under way keeps its place when it is written: what was opened stays open, and the focus stays on it.
  const turns = live ? [...runs, live] : runs;
  return (
    <div>
      {turns
        .map((turn, index) => (
          <Run
            key={turn.id}
            turn={turn}
            number={index + 1}
            conversationId={conversationId}
            pointed={turn.id === pointed}
            onMessage={onMessage}
          />
        ))
        .reverse()}
    </div>
  );
}
