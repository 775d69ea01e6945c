import type { Attachment } from "./types";

/** A message the visitor sent that the platform has not confirmed yet. */
export interface Unsent {
  key: string;
  content: string;
  attachments: Attachment[];
}

interface Kept {
  visitor: string | null;
  seen: number;
  draft: string;
  unsent: Unsent[];
}

const EMPTY: Kept = { visitor: null, seen: 0, draft: "", unsent: [] };

/** What one browser keeps for one embed key. Works (for the page's lifetime) where storage is forbidden, too. */
export class Storage {
  private memory: Kept = { ...EMPTY };
  private readonly name: string;

  constructor(key: string) {
    this.name = `sparklabs:${key}`;
  }

  get visitor(): string | null {
    return this.read().visitor;
  }
  set visitor(visitor: string | null) {
    this.write({ visitor });
  }

  /** The highest message number the visitor has had on the screen. */
  get seen(): number {
    return this.read().seen;
  }
  set seen(seen: number) {
    this.write({ seen });
  }

  get draft(): string {
    return this.read().draft;
  }
  set draft(draft: string) {
    this.write({ draft });
  }

  get unsent(): Unsent[] {
    return this.read().unsent;
  }

  keep(message: Unsent): void {
    this.write({ unsent: [...this.read().unsent.filter((each) => each.key !== message.key), message] });
  }

  drop(key: string): void {
    const unsent = this.read().unsent;
    if (unsent.some((each) => each.key === key)) this.write({ unsent: unsent.filter((each) => each.key !== key) });
  }

  /** A flag for this tab only (open panel, dismissed greeting). */
  flag(name: string): boolean {
    try {
      return sessionStorage.getItem(`${this.name}:${name}`) === "1";
    } catch {
      return false;
    }
  }

  setFlag(name: string, on: boolean): void {
    try {
      if (on) sessionStorage.setItem(`${this.name}:${name}`, "1");
      else sessionStorage.removeItem(`${this.name}:${name}`);
    } catch {
      // Storage is forbidden here: the flag lasts as long as nobody asks.
    }
  }

  private read(): Kept {
    try {
      const text = localStorage.getItem(this.name);
      if (text) this.memory = { ...EMPTY, ...(JSON.parse(text) as Partial<Kept>) };
    } catch {
      // Storage is forbidden or broken: what this page remembers stands.
    }
    return this.memory;
  }

  private write(change: Partial<Kept>): void {
    this.memory = { ...this.read(), ...change };
    try {
      localStorage.setItem(this.name, JSON.stringify(this.memory));
    } catch {
      // Full or forbidden: the memory above still serves this page.
    }
  }
}
