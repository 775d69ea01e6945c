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
const clock = new Intl.DateTimeFormat(locale, { timeStyle: "medium" });
const today = new Intl.DateTimeFormat(locale, { dateStyle: "full" });
const shortClock = new Intl.DateTimeFormat(locale, { timeStyle: "short" });
const relative = new Intl.RelativeTimeFormat(locale, { numeric: "auto" });
const compact = new Intl.NumberFormat(locale, { notation: "compact", maximumFractionDigits: 1 });
const percent = new Intl.NumberFormat(locale, { style: "percent", maximumFractionDigits: 1 });
const STEPS = [
  [60, "second", 1],
  [3600, "minute", 60],
  [86_400, "hour", 3600],
  [604_800, "day", 86_400],
] as const;

/** Every time zone the browser knows; it leaves out UTC, which is the first one wants. */
export const timeZones: readonly string[] = [...new Set(["UTC", ...Intl.supportedValuesOf("timeZone")])];
const SPANS = [
  ["day", 86_400],
  ["hour", 3600],
  ["minute", 60],
  ["second", 1],
] as const;
const BYTES = ["byte", "kilobyte", "megabyte", "gigabyte", "terabyte"] as const;

function unit(value: number, name: string, unitDisplay: "long" | "short", digits = 0): string {
  return new Intl.NumberFormat(locale, { style: "unit", unit: name, unitDisplay, maximumFractionDigits: digits }).format(value);
}

export const format = {
  number: (value: number) => number.format(value),
  /** Short, for figures that are read at a glance: 12.4K. */
  compact: (value: number) => (Math.abs(value) < 10_000 ? number.format(value) : compact.format(value)),
  /** A part of one, as percent. */
  percent: (part: number) => percent.format(part),
  /** A day or an hour by the calendar of a zone. */
  day: (iso: string, timeZone: string) =>
    new Intl.DateTimeFormat(locale, { weekday: "short", day: "numeric", month: "short", timeZone }).format(new Date(iso)),
  shortDay: (iso: string, timeZone: string) =>
    new Intl.DateTimeFormat(locale, { day: "numeric", month: "short", timeZone }).format(new Date(iso)),
  hour: (iso: string, timeZone: string) =>
    new Intl.DateTimeFormat(locale, { hour: "2-digit", minute: "2-digit", timeZone }).format(new Date(iso)),
  gigabytes: (bytes: number) =>
    new Intl.NumberFormat(locale, { style: "unit", unit: "gigabyte", maximumFractionDigits: 1 }).format(bytes / 1e9),
  date: (iso: string) => when.format(new Date(iso)),
  /** The time of day in a zone, with the day of the week; empty for a zone the browser does not know. */
  clock(zone: string, now = new Date()): string {
    try {
      return new Intl.DateTimeFormat(locale, { weekday: "short", hour: "numeric", minute: "2-digit", timeZone: zone }).format(now);
    } catch {
      return "";
    }
  },
  time: (moment: number) => clock.format(moment),
  /** A day as one speaks of it. */
  fullDay: (iso: string | undefined) => (iso ? today.format(new Date(iso)) : ""),
  timeOfDay: (iso: string) => shortClock.format(new Date(iso)),
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
    const least = micros < 10_000 ? 0 : 2;
    const style = { style: "currency", currency, minimumFractionDigits: least, maximumFractionDigits: digits } as const;
    return new Intl.NumberFormat(locale, style).format(micros / 1_000_000);
  },
  /** A stretch of time in its two largest units. */
  span(seconds: number): string {
    const first = Math.max(0, SPANS.findIndex(([, size]) => seconds >= size));
    const [[big, size], small] = [SPANS[seconds < 1 ? SPANS.length - 1 : first] ?? SPANS[3], SPANS[first + 1]];
    const rest = small && seconds >= 1 ? Math.floor((seconds % size) / small[1]) : 0;
    return [unit(Math.floor(seconds / size), big, "long"), small && rest ? unit(rest, small[0], "long") : ""].join(" ").trim();
  },
  bytes(count: number): string {
    const step = Math.min(BYTES.length - 1, Math.floor(Math.log10(Math.max(1, count)) / 3));
    return unit(count / 1000 ** step, BYTES[step] ?? "byte", "short", step > 2 ? 1 : 0);
  },
  duration: (ms: number) => (ms < 1000 ? `${Math.round(ms)} ms` : `${(ms / 1000).toFixed(ms < 10_000 ? 1 : 0)} s`),
};
