import { Columns2, FileCode2, ListChecks } from "lucide-react";
import { cn } from "@/components/ui/cn";
import { texts } from "./texts";

export const VIEWS = ["form", "side", "yaml"] as const;
export type View = (typeof VIEWS)[number];
const ICONS = { form: ListChecks, side: Columns2, yaml: FileCode2 };

/** Form, YAML or both; where there is no room for both, the form alone counts as both. */
export function ViewSwitch({ view, onView }: { view: View; onView: (view: View) => void }) {
  return (
    <div role="group" aria-label={texts.views} className="bg-sunken border-line inline-flex rounded-xl border p-1">
      {VIEWS.map((each) => {
        const Icon = ICONS[each];
        const narrow = each === "form" && view === "side";
        return (
          <button
            key={each}
            type="button"
            aria-pressed={view === each}
            className={cn(
              "inline-flex min-h-11 items-center gap-2 rounded-lg px-3 text-sm font-semibold sm:min-h-9",
              each === "side" && "max-lg:hidden",
              view === each ? "bg-surface text-ink shadow-card" : "text-soft hover:text-ink",
              narrow && "max-lg:bg-surface max-lg:text-ink max-lg:shadow-card",
            )}
            onClick={() => onView(each)}
          >
            <Icon className="size-4" aria-hidden /> {texts.view[each]}
          </button>
        );
      })}
    </div>
  );
}
