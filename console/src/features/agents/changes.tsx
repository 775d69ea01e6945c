import { useQuery } from "@tanstack/react-query";
import { ArrowRight, Minus, Pencil, Plus } from "lucide-react";
import { useState } from "react";
import { agentQueries } from "@/api/agents";
import type { ChangeOut } from "@/api/schema";
import { Button } from "@/components/ui/button";
import { cn } from "@/components/ui/cn";
import { placeOf, showValue } from "./change-words";
import { texts } from "./texts";

const LOOKS = {
  added: { icon: Plus, tone: "text-good", said: texts.changeAdded },
  removed: { icon: Minus, tone: "text-bad", said: texts.changeRemoved },
  changed: { icon: Pencil, tone: "text-info", said: texts.changeChanged },
} as const;
const FIRST = 6;

/** What changed in meaning, in words: `Tools › check_pricing › Discount authority 0.15 → 0.2`. */
export function Changes({ slug, from, to }: { slug: string; from: number; to: number }) {
  const difference = useQuery(agentQueries.diff(slug, from, to));
  const [all, setAll] = useState(false);
  if (!difference.data) return null;
  const { changes } = difference.data;
  const shown = all ? changes : changes.slice(0, FIRST);
  return (
    <section aria-label={texts.meaning} className="border-line border-b px-4 py-3">
      <h2 className="text-sm font-semibold">{changes.length ? texts.changes(changes.length) : texts.noChanges}</h2>
      <ul className="mt-1">
        {shown.map((change, index) => (
          <Change key={index} change={change} />
        ))}
      </ul>
      {changes.length > FIRST && (
        <Button look="quiet" size="small" className="-ml-3" onClick={() => setAll(!all)}>
          {all ? texts.fewer : texts.allChanges(changes.length)}
        </Button>
      )}
    </section>
  );
}

function Change({ change }: { change: ChangeOut }) {
  const { icon: Icon, tone, said } = LOOKS[change.kind];
  const [before, after] = [showValue(change.before), showValue(change.after)];
  return (
    <li className="flex items-start gap-2.5 py-1.5 text-sm">
      <Icon className={cn("mt-0.5 size-4 shrink-0", tone)} role="img" aria-label={said} />
      <span className="min-w-0">
        <span className="font-medium">{placeOf(change.path)}</span>
        <span className="text-soft block break-words">
          {change.kind !== "added" && before && <span className={cn(change.kind === "changed" && "line-through decoration-1")}>{before}</span>}
          {change.kind === "changed" && <ArrowRight className="mx-1.5 inline size-3.5" role="img" aria-label={texts.becomes} />}
          {change.kind !== "removed" && <span className="text-ink">{after}</span>}
        </span>
      </span>
    </li>
  );
}
