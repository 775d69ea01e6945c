/** What the cards at the top show, worded from the figures. */
import type { DashboardOut, Figure } from "@/api/schema";
import { format } from "@/i18n/catalogue";
import { texts } from "./texts";
import { trendOf, type Better, type Trend } from "./trend";

export interface CardFigure {
  key: string;
  label: string;
  value: string;
  detail: string;
  trend: Trend | null;
  points: boolean;
  series: readonly (number | null)[];
}

interface Wording {
  key: string;
  label: string;
  better: Better;
  points?: boolean;
  show: (value: number) => string;
  detail: string;
}

function card(figure: Figure, { key, label, better, points = false, show, detail }: Wording): CardFigure {
  const value = figure.value === null ? texts.nothing : show(figure.value);
  const trend = trendOf(figure.value, figure.previous, { better, points });
  return { key, label, value, detail, trend, points, series: figure.series };
}

/** Six figures, the most asked-for first. */
export function cardsOf({ figures }: DashboardOut): CardFigure[] {
  const text = texts.details;
  const talks = figures.conversations.value ?? 0;
  const people = figures.contacts.value ?? 0;
  const tokens = (figures.tokens_in.value ?? 0) + (figures.tokens_out.value ?? 0);
  const [cost] = figures.cost;
  const spent: Figure = cost ?? { value: 0, previous: 0, series: figures.tokens_in.series.map(() => 0) };
  const slow = figures.p95_answer_ms.value;
  return [
    card(figures.conversations, {
      key: "conversations",
      label: texts.conversations,
      better: "up",
      show: format.compact,
      detail: text.messages(format.compact(figures.messages.value ?? 0)),
    }),
    card(figures.contacts, {
      key: "contacts",
      label: texts.contacts,
      better: "up",
      show: format.compact,
      detail: people ? text.perPerson(format.number(Math.round((talks / people) * 10) / 10)) : text.none,
    }),
    card(figures.success_rate, {
      key: "success",
      label: texts.successRate,
      better: "up",
      points: true,
      show: format.percent,
      detail: figures.success_rate.value === null ? text.none : text.failed(figures.failed_turns.value ?? 0),
    }),
    card(figures.median_answer_ms, {
      key: "time",
      label: texts.answerTime,
      better: "down",
      show: format.duration,
      detail: slow === null ? text.none : text.slow(format.duration(slow)),
    }),
    card(spent, {
      key: "cost",
      label: texts.cost,
      better: "neither",
      show: (micros) => format.money(micros, cost?.currency ?? "USD"),
      detail: cost || !tokens ? text.tokens(format.compact(tokens)) : text.free,
    }),
    card(figures.handoffs, {
      key: "handoffs",
      label: texts.handoffs,
      better: "neither",
      show: format.compact,
      detail: figures.handoff_rate.value === null ? text.none : text.rate(format.percent(figures.handoff_rate.value)),
    }),
  ];
}

/** A trend in words that can be read aloud, and short enough for a badge. */
export function trendWords(trend: Trend | null, points: boolean): string {
  if (!trend) return texts.noTrend;
  if (trend.direction === "same") return texts.same;
  if (trend.change === null) return texts.newHere;
  const by = Math.abs(trend.change);
  const size = points ? texts.points(format.number(Math.round(by * 1000) / 10)) : format.percent(by < 0.1 ? by : Math.round(by * 100) / 100);
  return trend.direction === "up" ? texts.up(size) : texts.down(size);
}
