import { useNavigate } from "@tanstack/react-router";
import { useEffect, useRef } from "react";
import { isTyping, letters, useShortcutsOn } from "./shortcuts";

const SECOND_KEY_MS = 1500;

/** Ctrl-K opens the palette; `?` the help; `g` and a letter go to a page. */
export function useKeys({ onPalette, onHelp }: { onPalette: () => void; onHelp: () => void }): void {
  const navigate = useNavigate();
  const on = useShortcutsOn();
  const calls = useRef({ onPalette, onHelp });
  calls.current = { onPalette, onHelp };
  useEffect(() => {
    let begunAt = -Infinity;
    const onKey = (event: KeyboardEvent) => {
      const plain = !(event.ctrlKey || event.metaKey || event.altKey);
      if (event.key.toLowerCase() === "k" && !plain && !event.altKey) {
        event.preventDefault();
        calls.current.onPalette();
        return;
      }
      if (!on || !plain || event.defaultPrevented || isTyping(event.target)) return;
      const to = event.timeStamp - begunAt < SECOND_KEY_MS ? letters.get(event.key) : undefined;
      begunAt = event.key === "g" && !to ? event.timeStamp : -Infinity;
      if (to) void navigate({ to });
      else if (event.key === "?") calls.current.onHelp();
    };
    addEventListener("keydown", onKey);
    return () => removeEventListener("keydown", onKey);
  }, [on, navigate]);
}
