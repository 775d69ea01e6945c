/** Texts by language: each feature keeps its own catalogue; English is complete, others may lag behind it. */
/** Languages that a catalogue may add to English. */
type Further = "de" | "es" | "fr" | "hi" | "pt";

export const locale: string = typeof navigator === "undefined" ? "en" : navigator.language;

/** The catalogue of the reader's language, laid over the English one. */
export function catalogue<T extends object>(texts: { en: T } & Partial<Record<Further, Partial<T>>>): T {
  const spoken = locale.split("-")[0] as Further;
  return { ...texts.en, ...texts[spoken] };
}

const number = new Intl.NumberFormat(locale);
const when = new Intl.DateTimeFormat(locale, { dateStyle: "medium", timeStyle: "short" });
const today = new Intl.DateTimeFormat(locale, { dateStyle: "full" });
const clock = new Intl.DateTimeFormat(locale, { timeStyle: "short" });
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
  day: (iso: string | undefined) => (iso ? today.format(new Date(iso)) : ""),
  time: (iso: string) => clock.format(new Date(iso)),
  bytes(size: number): string {
    const step = size < 1000 ? 0 : size < 1_000_000 ? 1 : 2;
    const unit = (["byte", "kilobyte", "megabyte"] as const)[step];
    const shown = { style: "unit", unit, unitDisplay: "narrow", maximumFractionDigits: step } as const;
    return new Intl.NumberFormat(locale, shown).format(size / 1000 ** step);
  },
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
