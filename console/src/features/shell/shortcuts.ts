/** Shortcuts of one or two letters; they stay silent where somebody types, and can be switched off (WCAG 2.1.4). */
import { useSyncExternalStore } from "react";
import { sections, type Section } from "./sections";

const KEY = "sparklabs.shortcuts";
const watchers = new Set<() => void>();

/** The letter of each page: the first of its name that no page before it has. */
export function lettersOf(of: Section[]): Map<string, string> {
  const found = new Map<string, string>();
  for (const { to, label } of of.flatMap((section) => section.pages)) {
    const letter = [...label.toLowerCase()].find((each) => /[a-z]/.test(each) && !found.has(each));
    if (letter) found.set(letter, to);
  }
  return found;
}

export const letters = lettersOf(sections);

function read(): boolean {
  try {
    return localStorage.getItem(KEY) !== "off";
  } catch {
    return true;
  }
}

let on = read();

export function setShortcuts(next: boolean): void {
  on = next;
  try {
    localStorage.setItem(KEY, next ? "on" : "off");
  } catch {
    // Without storage the choice lasts until the page is left.
  }
  for (const watch of watchers) watch();
}

function subscribe(watch: () => void): () => void {
  watchers.add(watch);
  return () => watchers.delete(watch);
}

export const useShortcutsOn = (): boolean => useSyncExternalStore(subscribe, () => on);

/** True where letters belong to what is focused, or to an open dialog. */
export function isTyping(target: EventTarget | null): boolean {
  if (!(target instanceof Element)) return false;
  return target.closest("input, textarea, select, [contenteditable], [role=dialog], [role=menu]") !== null;
}
