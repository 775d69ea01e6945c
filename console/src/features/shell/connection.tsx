import { useQueryClient } from "@tanstack/react-query";
import { CloudOff } from "lucide-react";
import { useEffect, useSyncExternalStore } from "react";
import { reach } from "@/api/reach";
import { texts } from "./texts";

function watchLine(watch: () => void): () => void {
  addEventListener("online", watch);
  addEventListener("offline", watch);
  return () => {
    removeEventListener("online", watch);
    removeEventListener("offline", watch);
  };
}

/** Says that there is no connection, and asks for what failed meanwhile as soon as there is one again. */
export function Connection() {
  const reached = useSyncExternalStore(reach.watch, () => reach.reached);
  const online = useSyncExternalStore(watchLine, () => navigator.onLine);
  const queries = useQueryClient();
  useEffect(() => {
    if (reached) void queries.refetchQueries({ type: "active", predicate: ({ state }) => state.status === "error" });
  }, [reached, queries]);
  return (
    <div role="status">
      {(!online || !reached) && (
        <p className="bg-warn-wash text-warn border-line flex items-center justify-center gap-2 border-b px-4 py-2 text-sm font-semibold">
          <CloudOff className="size-4 shrink-0" aria-hidden />
          {online ? texts.unreached : texts.offline}
        </p>
      )}
    </div>
  );
}
