import { useEffect, useState } from "react";

/** Counts down from `seconds`, anew for each `occasion`; 0 when there is nothing to wait for. */
export function useSecondsLeft(seconds: number | null, occasion: unknown): number {
  const [left, setLeft] = useState(seconds ?? 0);
  useEffect(() => {
    const end = Date.now() + (seconds ?? 0) * 1000;
    const look = () => setLeft(Math.max(0, Math.ceil((end - Date.now()) / 1000)));
    look();
    if (!seconds) return;
    const timer = setInterval(look, 250);
    return () => clearInterval(timer);
  }, [seconds, occasion]);
  return left;
}
