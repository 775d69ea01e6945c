import { useState, type ReactNode } from "react";
import { cn } from "@/components/ui/cn";

export type Side = "first" | "second";

/** Two panes beside each other; where there is no room, one at a time. */
export function TwoPanes({ label, first, second, side, onSide, tall }: {
  label: string;
  first: { name: string; body: ReactNode };
  second: { name: string; body: ReactNode };
  side?: Side;
  onSide?: (side: Side) => void;
  /** Both panes fill the window and scroll by themselves. */
  tall?: boolean;
}) {
  const [own, setOwn] = useState<Side>("first");
  const shown = side ?? own;
  const show = onSide ?? setOwn;
  return (
    <>
      <div role="group" aria-label={label} className="bg-sunken mb-3 grid grid-cols-2 gap-1 rounded-xl p-1 xl:hidden">
        {([["first", first.name], ["second", second.name]] as const).map(([each, name]) => (
          <button
            key={each}
            type="button"
            aria-pressed={shown === each}
            className="text-soft aria-pressed:bg-surface aria-pressed:text-ink aria-pressed:shadow-card min-h-11 rounded-lg text-sm font-semibold"
            onClick={() => show(each)}
          >
            {name}
          </button>
        ))}
      </div>
      <div className={cn("grid gap-4 xl:grid-cols-[minmax(0,1fr)_28rem]", tall ? "xl:h-[calc(100dvh-18.5rem)] xl:min-h-[26rem]" : "items-start")}>
        <div className={cn("min-w-0", tall && "xl:min-h-0", shown === "second" && "hidden xl:block")}>{first.body}</div>
        <div className={cn("min-w-0", tall && "xl:min-h-0", shown === "first" && "hidden xl:block")}>{second.body}</div>
      </div>
    </>
  );
}
