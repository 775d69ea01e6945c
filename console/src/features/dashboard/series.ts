/** The rows that charts and their tables show. */
import type { DashboardOut } from "@/api/schema";
import { format } from "@/i18n/catalogue";

export interface Row {
  /** The hour or day, short for an axis and long for a reader. */
  label: string;
  name: string;
  conversations: number;
  answers: number;
  failed: number;
  tokens: number;
  /** In whole units of the currency that is drawn. */
  cost: number;
  costMicros: number;
}

const MICROS = 1_000_000;

/** One row a bucket; the cost is that of the currency in which most was spent. */
export function rowsOf({ series, bucket, timezone, figures }: DashboardOut): Row[] {
  const currency = figures.cost[0]?.currency;
  return series.map((each) => {
    const costMicros = each.cost.find((spent) => spent.currency === currency)?.micros ?? 0;
    return {
      label: bucket === "hour" ? format.hour(each.start, timezone) : format.shortDay(each.start, timezone),
      name: bucket === "hour" ? format.hour(each.start, timezone) : format.day(each.start, timezone),
      conversations: each.conversations,
      answers: each.turns - each.failed,
      failed: each.failed,
      tokens: each.tokens,
      cost: costMicros / MICROS,
      costMicros,
    };
  });
}
