import { de } from "./strings/de";
import { en, type Strings } from "./strings/en";
import { es } from "./strings/es";
import { fr } from "./strings/fr";
import { hi } from "./strings/hi";

const CATALOGUES: { [language: string]: Strings } = { en, hi, es, de, fr };

export interface Words {
  /** The BCP 47 tag that was asked for; dates follow it. */
  tag: string;
  language: string;
  say: (name: keyof Strings, values?: { [name: string]: string | number }) => string;
}

/** The catalogue of the first tag that has one, else English. */
export function wordsFor(tags: readonly (string | null | undefined)[]): Words {
  const primary = (tag: string): string => tag.toLowerCase().split(/[-_]/)[0] ?? "";
  const tag = tags.find((each): each is string => typeof each === "string" && primary(each) in CATALOGUES) ?? "en";
  const catalogue = CATALOGUES[primary(tag)] ?? en;
  return {
    tag,
    language: primary(tag),
    say: (name, values = {}) => catalogue[name].replace(/\{(\w+)\}/g, (whole, key: string) => String(values[key] ?? whole)),
  };
}

const READS = /^(search|find|get|list|check|look_?up|read|fetch|query|show|browse|compare)_/;
const WRITES = /^(create|book|schedule|add|update|send|cancel|register|submit|open|place|make|save|log)_/;

/** What a running tool is doing, in plain words: its name says it in English, a general word elsewhere. */
export function activity(words: Words, tool: string): string {
  const name = tool.toLowerCase().replace(/[-.\s]/g, "_");
  const reads = READS.test(name);
  if (words.language === "en") {
    if (reads) return `Looking up ${plain(name.replace(READS, ""))}…`;
    const verb = WRITES.exec(name)?.[1];
    if (verb) return `${gerund(verb)} ${plain(name.replace(WRITES, ""))}…`;
  }
  return words.say(reads ? "reading" : "working");
}

function plain(name: string): string {
  return name.replace(/_+/g, " ").trim();
}

const SHORT_FINAL = new Set(["log", "submit"]);

function gerund(verb: string): string {
  const stem = verb.endsWith("e") ? verb.slice(0, -1) : SHORT_FINAL.has(verb) ? verb + verb.slice(-1) : verb;
  return `${stem.charAt(0).toUpperCase()}${stem.slice(1)}ing`;
}
