/** Light, dark, or as the system has it; kept in this browser. */
import { useSyncExternalStore } from "react";

export const THEMES = ["light", "dark", "system"] as const;
export type Theme = (typeof THEMES)[number];

const KEY = "sparklabs.theme";
const system = matchMedia("(prefers-color-scheme: dark)");
const watchers = new Set<() => void>();

function read(): Theme {
  try {
    const kept = localStorage.getItem(KEY);
    return THEMES.find((each) => each === kept) ?? "system";
  } catch {
    return "system";
  }
}

let current = read();

function apply(): void {
  const dark = current === "dark" || (current === "system" && system.matches);
  document.documentElement.classList.toggle("dark", dark);
  for (const watch of watchers) watch();
}
system.addEventListener("change", apply);

export function setTheme(theme: Theme): void {
  current = theme;
  try {
    localStorage.setItem(KEY, theme);
  } catch {
    // Without storage the choice lasts until the page is left.
  }
  apply();
}

function subscribe(watch: () => void): () => void {
  watchers.add(watch);
  return () => watchers.delete(watch);
}

export const useTheme = (): Theme => useSyncExternalStore(subscribe, () => current);
