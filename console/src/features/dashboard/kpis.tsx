import type { UseQueryResult } from "@tanstack/react-query";
import { ArrowDownRight, ArrowRight, ArrowUpRight, RefreshCw } from "lucide-react";
import { asProblem } from "@/api/problem";
import type { DashboardOut } from "@/api/schema";
import { explain } from "@/components/patterns/explain";
import { Button } from "@/components/ui/button";
import { Card } from "@/components/ui/card";
import { cn } from "@/components/ui/cn";
import { common } from "@/i18n/common";
import { cardsOf, trendWords, type CardFigure } from "./figures";
import { Bone } from "./part";
import { Sparkline } from "./sparkline";
import { texts } from "./texts";

const GRID = "grid grid-cols-2 gap-3 sm:gap-4 md:grid-cols-3 xl:grid-cols-6";
const TONES = { good: "text-good bg-good-wash", bad: "text-bad bg-bad-wash", neutral: "text-soft bg-sunken" };
const ARROWS = { up: ArrowUpRight, down: ArrowDownRight, same: ArrowRight };

/** The figures at the top, each with where it comes from. */
export function Kpis({ query }: { query: UseQueryResult<DashboardOut> }) {
  if (query.data) {
    return (
      <ul className={GRID} aria-busy={query.isPlaceholderData}>
        {cardsOf(query.data).map((figure) => (
          <li key={figure.key}>
            <Kpi figure={figure} before={texts.compared(texts.periods[query.data.period])} />
          </li>
        ))}
      </ul>
    );
  }
  if (query.isError) {
    const { title, detail } = explain(asProblem(query.error));
    return (
      <Card role="alert" className="flex flex-wrap items-center justify-between gap-3 p-5 sm:px-6">
        <div>
          <p className="text-bad text-sm font-semibold">{title}</p>
          <p className="text-soft text-sm">{detail}</p>
        </div>
        <Button size="small" busy={query.isFetching} onClick={() => void query.refetch()}>
          {!query.isFetching && <RefreshCw aria-hidden />} {common.retry}
        </Button>
      </Card>
    );
  }
  return (
    <div role="status" aria-label={common.loading} className={GRID}>
      {Array.from({ length: 6 }, (_, index) => (
        <Bone key={index} className="h-40 rounded-2xl" />
      ))}
    </div>
  );
}

function Kpi({ figure, before }: { figure: CardFigure; before: string }) {
  // Where nothing has happened yet there is neither a way up or down nor a line to draw.
  const still = figure.series.every((value) => !value);
  return (
    <Card className="flex h-full flex-col overflow-hidden">
      <div className={cn("flex-1 px-4 pt-4 sm:px-5", still && "pb-4")}>
        <h2 className="text-soft text-[0.8rem] font-semibold hyphens-auto wrap-anywhere">{figure.label}</h2>
        <p className="mt-1 text-2xl font-bold tracking-tight tabular-nums sm:text-[1.75rem]">{figure.value}</p>
        {(figure.trend || !still) && <TrendBadge figure={figure} before={before} />}
        <p className="text-soft mt-2 text-xs leading-snug">{figure.detail}</p>
      </div>
      {!still && <Sparkline series={figure.series} className="mt-2" />}
    </Card>
  );
}

function TrendBadge({ figure: { trend, points }, before }: { figure: CardFigure; before: string }) {
  const words = trendWords(trend, points);
  if (!trend) return <p className="text-soft mt-1 flex min-h-6 items-center text-xs">{words}</p>;
  const Arrow = ARROWS[trend.direction];
  return (
    <p title={before} className={cn("mt-1 inline-flex min-h-6 items-center gap-1 rounded-full px-2 text-xs font-semibold", TONES[trend.tone])}>
      <Arrow className="size-3.5 shrink-0" aria-hidden />
      <span className="tabular-nums">{words}</span>
      <span className="sr-only">{before}</span>
    </p>
  );
}
