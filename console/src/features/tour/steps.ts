/** The first steps and which of them are done, by facts of the server and by what the person was shown. */
import type { FirstStepsOut } from "@/api/schema";

export const STEPS = ["meet", "ask", "trace", "yours", "site"] as const;
export type Step = (typeof STEPS)[number];

/** What is remembered of the tour with the account. */
export interface TourMemory {
  /** Steps that leave no trace in the workspace: pages that were looked at, a line that was copied. */
  seen?: Step[];
  /** The person has begun, so that a guide goes along on other pages. */
  begun?: boolean;
  put_away?: boolean;
}

export interface Progress {
  done: ReadonlySet<Step>;
  /** The first step that is not done; null when all are. */
  current: Step | null;
}

export function memoryOf(values: Record<string, unknown> | undefined): TourMemory {
  const told = values?.tour;
  return told && typeof told === "object" ? (told as TourMemory) : {};
}

export function progressOf(facts: FirstStepsOut, memory: TourMemory): Progress {
  const seen = new Set(memory.seen);
  const done = new Set<Step>();
  if (seen.has("meet")) done.add("meet");
  if (facts.answered) done.add("ask");
  if (facts.answered && seen.has("trace")) done.add("trace");
  if (facts.edited) done.add("yours");
  if (facts.embedded || seen.has("site")) done.add("site");
  return { done, current: STEPS.find((step) => !done.has(step)) ?? null };
}

/** The memory once a step was shown; the same one when nothing is new. */
export function saw(memory: TourMemory, step: Step): TourMemory {
  const seen = memory.seen ?? [];
  if (memory.begun && seen.includes(step)) return memory;
  return { ...memory, begun: true, seen: seen.includes(step) ? seen : [...seen, step] };
}
