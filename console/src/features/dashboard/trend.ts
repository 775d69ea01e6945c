/** How a figure moved since the period before; pure numbers, no words. */
export type Better = "up" | "down" | "neither";

export interface Trend {
  direction: "up" | "down" | "same";
  /** Change as a part of the value before; null where there was nothing before. */
  change: number | null;
  tone: "good" | "bad" | "neutral";
}

const UNCHANGED = 0.0005;

/** `points` compares parts of one by their difference, since 98 % after 99 % is a point less. Null: nothing to compare. */
export function trendOf(
  value: number | null,
  previous: number | null,
  { better, points = false }: { better: Better; points?: boolean },
): Trend | null {
  if (value === null || previous === null) return null;
  if (!points && previous === 0) {
    return value === 0 ? null : { direction: "up", change: null, tone: toneOf("up", better) };
  }
  const change = points ? value - previous : (value - previous) / Math.abs(previous);
  if (Math.abs(change) < UNCHANGED) return { direction: "same", change: 0, tone: "neutral" };
  const direction = change > 0 ? "up" : "down";
  return { direction, change, tone: toneOf(direction, better) };
}

function toneOf(direction: "up" | "down", better: Better): Trend["tone"] {
  if (better === "neither") return "neutral";
  return direction === better ? "good" : "bad";
}

/** A line through a series in a box of 100 by 100; values that are missing are left out of the line. */
export function linePath(series: readonly (number | null)[]): { line: string; area: string } {
  const known = series.flatMap((value, index) => (value === null ? [] : [[index, value] as const]));
  if (!known.length) return { line: "", area: "" };
  const largest = Math.max(...known.map(([, value]) => value));
  const smallest = Math.min(0, ...known.map(([, value]) => value));
  const span = largest - smallest || 1;
  const last = Math.max(1, series.length - 1);
  const at = known.map(([index, value]) => {
    const y = largest === smallest ? 100 : 100 - ((value - smallest) / span) * 100;
    return [round((index / last) * 100), round(y)] as const;
  });
  const points = at.length === 1 ? [[0, at[0]![1]] as const, [100, at[0]![1]] as const] : at;
  const line = points.map(([x, y], index) => `${index ? "L" : "M"}${x} ${y}`).join("");
  return { line, area: `${line}L${points.at(-1)![0]} 100L${points[0]![0]} 100Z` };
}

const round = (value: number) => Math.round(value * 100) / 100;
