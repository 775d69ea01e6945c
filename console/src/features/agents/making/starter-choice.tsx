import { CalendarCheck, FilePlus2, Headset, type LucideIcon, Target } from "lucide-react";
import { useState } from "react";
import { Confirm } from "@/components/patterns/confirm";
import { cn } from "@/components/ui/cn";
import { type Starter, STARTERS } from "./starters";
import { texts } from "./texts";

const ICONS: Record<Starter["id"], LucideIcon> = { blank: FilePlus2, support: Headset, sales: Target, booking: CalendarCheck };

/** What to begin with. */
export function StarterChoice({ chosen, isChanged, onChoose }: { chosen: string; isChanged: boolean; onChoose: (id: string) => void }) {
  const [asked, setAsked] = useState<string | null>(null);
  return (
    <div role="radiogroup" aria-label={texts.begin} className="grid grid-cols-2 gap-2 sm:grid-cols-4 lg:grid-cols-2 2xl:grid-cols-4">
      {STARTERS.map(({ id }) => {
        const Icon = ICONS[id];
        const [name, about] = texts.starters[id];
        return (
          <button
            key={id}
            type="button"
            role="radio"
            aria-checked={id === chosen}
            className={cn(
              "bg-surface border-line flex flex-col items-start rounded-xl border p-3 text-left",
              id === chosen ? "border-spark bg-accent-wash/50 ring-spark ring-1" : "hover:bg-sunken",
            )}
            onClick={() => (isChanged ? setAsked(id) : onChoose(id))}
          >
            <Icon className="text-accent mb-2 size-5" aria-hidden />
            <span className="block text-sm font-semibold hyphens-auto wrap-anywhere">{name}</span>
            <span className="text-soft block text-xs">{about}</span>
          </button>
        );
      })}
      <Confirm
        open={asked !== null}
        title={texts.replaceTitle}
        about={texts.replaceAbout}
        action={texts.replace}
        onConfirm={() => {
          if (asked) onChoose(asked);
          setAsked(null);
        }}
        onClose={() => setAsked(null)}
      />
    </div>
  );
}
