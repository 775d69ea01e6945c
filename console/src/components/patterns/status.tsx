import { Badge, type Tone } from "@/components/ui/badge";
import { common } from "@/i18n/common";

const TONES: Record<keyof typeof common.status, Tone> = {
  draft: "neutral",
  testing: "info",
  active: "good",
  paused: "warn",
  archived: "neutral",
  open: "good",
  handed_off: "warn",
  closed: "neutral",
  completed: "good",
  failed: "bad",
  running: "info",
  waiting: "warn",
  queued: "neutral",
  cancelled: "neutral",
  started: "info",
  done: "good",
  error: "bad",
  outcome_unknown: "warn",
};

/** A state in its colour and in words. */
export function Status({ state }: { state: keyof typeof TONES }) {
  return (
    <Badge tone={TONES[state]} dot>
      {common.status[state]}
    </Badge>
  );
}
