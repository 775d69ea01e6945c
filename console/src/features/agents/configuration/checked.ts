/** What the server says of a text, asked again a moment after it changed. */
import { useEffect, useState } from "react";
import { agents } from "@/api/agents";
import { asProblem, type Fault } from "@/api/problem";

export interface Checked {
  state: "checking" | "unchecked" | "done";
  faults: Fault[];
  warnings: Fault[];
}

const PAUSE_MS = 400;
const CHECKING: Checked = { state: "checking", faults: [], warnings: [] };

export function useChecked(text: string): Checked {
  const [checked, setChecked] = useState<Checked>(CHECKING);
  useEffect(() => {
    const aborted = new AbortController();
    setChecked((old) => ({ ...old, state: "checking" }));
    const timer = setTimeout(async () => {
      const told = await ask(text, aborted.signal);
      if (!aborted.signal.aborted) setChecked(told);
    }, PAUSE_MS);
    return () => {
      clearTimeout(timer);
      aborted.abort();
    };
  }, [text]);
  return checked;
}

async function ask(text: string, signal: AbortSignal): Promise<Checked> {
  try {
    const { warnings } = await agents.validate(text, signal);
    return { state: "done", faults: [], warnings };
  } catch (error) {
    const { faults } = asProblem(error);
    return { state: faults.length ? "done" : "unchecked", faults, warnings: [] };
  }
}
