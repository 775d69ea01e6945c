import { useEffect, useState } from "react";

const SECOND_MS = 1000;

/** Counts seconds down to 0 by the clock, so that a tab that slept does not wait too long. */
export function useCountdown(): { left: number; start: (seconds: number) => void } {
  const [until, setUntil] = useState(0);
  const [now, setNow] = useState(() => Date.now());
  const left = Math.max(0, Math.ceil((until - now) / SECOND_MS));
  useEffect(() => {
    if (left === 0) return;
    const timer = setTimeout(() => setNow(Date.now()), SECOND_MS / 4);
    return () => clearTimeout(timer);
  }, [left, now]);
  return {
    left,
    start: (seconds) => {
      setNow(Date.now());
      setUntil(Date.now() + seconds * SECOND_MS);
    },
  };
}
