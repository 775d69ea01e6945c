import { cn } from "@/components/ui/cn";
import { linePath } from "./trend";

/** A small line without words: the figure above it says what matters, the charts below say the rest. */
export function Sparkline({ series, className }: { series: readonly (number | null)[]; className?: string }) {
  const { line, area } = linePath(series);
  return (
    <svg viewBox="0 -6 100 112" preserveAspectRatio="none" aria-hidden className={cn("h-9 w-full", className)}>
      {line && (
        <>
          <path d={area} fill="var(--spark)" opacity="0.14" />
          <path
            d={line}
            fill="none"
            stroke="var(--spark)"
            strokeWidth="2"
            strokeLinejoin="round"
            strokeLinecap="round"
            vectorEffect="non-scaling-stroke"
          />
        </>
      )}
    </svg>
  );
}
