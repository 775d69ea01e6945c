import type { ReportedGapOut, SecretAnswer } from "@/api/schema";

export interface SecretRow {
  name: string;
  /** Null while it is missing. */
  updatedAt: string | null;
  /** Slugs of agents that asked for it when they were published without it. */
  agents: string[];
}

/** What there is and what is asked for as one list, the missing ones first. */
export function secretRows(stored: SecretAnswer[], gaps: ReportedGapOut[]): SecretRow[] {
  const asked = new Map(gaps.filter((gap) => gap.kind === "secret" && gap.agents.length).map((gap) => [gap.name, gap.agents]));
  const known = stored.map(({ name, updated_at }) => ({ name, updatedAt: updated_at, agents: asked.get(name) ?? [] }));
  const names = new Set(stored.map(({ name }) => name));
  const missing = [...asked].filter(([name]) => !names.has(name)).map(([name, agents]) => ({ name, updatedAt: null, agents }));
  const byName = (a: SecretRow, b: SecretRow) => a.name.localeCompare(b.name);
  return [...missing.toSorted(byName), ...known.toSorted(byName)];
}
