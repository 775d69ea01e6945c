import { Sparkles } from "lucide-react";
import type { Spec } from "@/features/agents/spec";
import { texts } from "./texts";

const MOST = 4;

/** Sentences that the agent's own file gives as examples: one of each tool in turn. */
export function suggestionsOf(spec: Spec): string[] {
  const byTool = (spec.tools ?? []).map((tool) => (typeof tool === "string" ? [] : (tool.examples ?? [])));
  const longest = Math.max(0, ...byTool.map((each) => each.length));
  const turns = Array.from({ length: longest }, (_, turn) => byTool.flatMap((each) => each.slice(turn, turn + 1)));
  return [...new Set(turns.flat())].slice(0, MOST);
}

export function Suggestions({ spec, onChoose }: { spec: Spec; onChoose: (text: string) => void }) {
  const found = suggestionsOf(spec);
  if (!found.length) return null;
  return (
    <div className="px-2 pb-4 text-center">
      <p className="text-soft mb-2 text-xs font-semibold">{texts.suggestions}</p>
      <ul className="flex flex-wrap justify-center gap-2">
        {found.map((each) => (
          <li key={each}>
            <button
              type="button"
              className="border-line-strong/60 hover:bg-sunken flex min-h-11 items-center gap-2 rounded-full border px-4 text-sm sm:min-h-9"
              onClick={() => onChoose(each)}
            >
              <Sparkles className="text-accent size-3.5 shrink-0" aria-hidden />
              <span className="text-left">{each}</span>
            </button>
          </li>
        ))}
      </ul>
    </div>
  );
}
