import { useSyncExternalStore } from "react";

/** Whether a media query holds, now and when that changes; without a browser's word it holds. */
export function useMedia(query: string): boolean {
  return useSyncExternalStore(
    (changed) => {
      const list = globalThis.matchMedia?.(query);
      list?.addEventListener("change", changed);
      return () => list?.removeEventListener("change", changed);
    },
    () => globalThis.matchMedia?.(query)?.matches ?? true,
  );
}
