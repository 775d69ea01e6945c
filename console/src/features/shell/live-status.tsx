import { CloudOff } from "lucide-react";
import { useSyncExternalStore } from "react";
import { live } from "@/api/live";
import { reach } from "@/api/reach";
import { texts } from "./texts";

/** Says so while the page cannot hear what happens; where nothing at all is reached, `Connection` tells more. */
export function LiveStatus() {
  const state = useSyncExternalStore(live.watch, () => live.state);
  const reached = useSyncExternalStore(reach.watch, () => reach.reached);
  return (
    <div role="status" className="shrink-0">
      {state === "down" && reached && navigator.onLine && (
        <span
          title={texts.staleAbout}
          className="bg-warn-wash text-warn flex min-h-9 items-center gap-2 rounded-full px-2.5 text-xs font-semibold sm:px-3"
        >
          <CloudOff className="size-4" aria-hidden />
          <span className="sr-only sm:not-sr-only">{texts.reconnecting}</span>
        </span>
      )}
    </div>
  );
}
