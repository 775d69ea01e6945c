/** Texts by language: each feature keeps its own catalogue; English is complete, others may lag behind it. */
/** Languages that a catalogue may add to English. */
type Further = "de" | "es" | "fr" | "hi" | "pt";

export const locale: string = typeof navigator === "undefined" ? "en" : navigator.language;

/** The test language of CLDR: English made longer, by which one sees that a layout bears other languages. */
const PSEUDO = "en-XA";

/** A text with its vowels doubled: about 40 % longer, and still legible. */
export function stretch(text: string): string {
  return text.replace(/[aeiou]/gi, (vowel) => vowel + vowel.toLowerCase());
}

function stretched<T>(texts: T): T {
  if (typeof texts === "string") return stretch(texts) as T;
  if (typeof texts === "function") return ((...args: unknown[]) => stretched((texts as (...all: unknown[]) => unknown)(...args))) as T;
  if (Array.isArray(texts)) return texts.map(stretched) as T;
  if (texts === null || typeof texts !== "object") return texts;
  return Object.fromEntries(Object.entries(texts).map(([key, text]) => [key, stretched(text)])) as T;
}

/** The catalogue of the reader's language, laid over the English one. */
export function catalogue<T extends object>(texts: { en: T } & Partial<Record<Further, Partial<T>>>): T {
  if (locale === PSEUDO) return stretched(texts.en);
  const spoken = locale.split("-")[0] as Further;
  return { ...texts.en, ...texts[spoken] };
}

const number = new Intl.NumberFormat(locale);
const when = new Intl.DateTimeFormat(locale, { dateStyle: "medium", timeStyle: "short" });
const relative = new Intl.RelativeTimeFormat(locale, { numeric: "auto" });
const STEPS = [
  [60, "second", 1],
  [3600, "minute", 60],
  [86_400, "hour", 3600],
  [604_800, "day", 86_400],
] as const;

export const format = {
  number: (value: number) => number.format(value),
  date: (iso: string) => when.format(new Date(iso)),
  ago(iso: string, now = Date.now()): string {
    const seconds = (new Date(iso).getTime() - now) / 1000;
    for (const [below, unit, size] of STEPS) {
      if (Math.abs(seconds) < below) return relative.format(Math.round(seconds / size), unit);
    }
    return new Intl.DateTimeFormat(locale, { dateStyle: "medium" }).format(new Date(iso));
  },
  /** Micro-units of a currency; small amounts keep the digits that matter. */
  money(micros: number, currency: string): string {
    const digits = micros > 0 && micros < 10_000 ? 6 : micros < 1_000_000 ? 4 : 2;
    const style = { style: "currency", currency, minimumFractionDigits: 0, maximumFractionDigits: digits } as const;
    return new Intl.NumberFormat(locale, style).format(micros / 1_000_000);
  },
  duration: (ms: number) => (ms < 1000 ? `${Math.round(ms)} ms` : `${(ms / 1000).toFixed(ms < 10_000 ? 1 : 0)} s`),
};
