import type { UseQueryResult } from "@tanstack/react-query";
import { Coins, MessagesSquare } from "lucide-react";
import { lazy } from "react";
import type { DashboardOut } from "@/api/schema";
import { format } from "@/i18n/catalogue";
import { ChartCard } from "./chart-card";
import { texts } from "./texts";

const ConversationsChart = lazy(() => import("./charts").then((each) => ({ default: each.ConversationsChart })));
const CostChart = lazy(() => import("./charts").then((each) => ({ default: each.CostChart })));

interface Props {
  query: UseQueryResult<DashboardOut>;
  className?: string;
}

export function ConversationsOverTime({ query, className }: Props) {
  return (
    <ChartCard
      title={texts.overTime}
      about={({ figures }) => <Legend talks={figures.conversations.value ?? 0} failed={figures.failed_turns.value ?? 0} />}
      query={query}
      className={className}
      empty={({ figures }) =>
        figures.conversations.value || figures.answered_turns.value || figures.failed_turns.value
          ? null
          : { icon: MessagesSquare, title: texts.chartEmpty, hint: texts.chartEmptyHint }
      }
      columns={[
        { name: texts.conversations, show: (row) => format.number(row.conversations) },
        { name: texts.answers, show: (row) => format.number(row.answers) },
        { name: texts.failedTurns, show: (row) => format.number(row.failed) },
      ]}
    >
      {(rows) => <ConversationsChart rows={rows} />}
    </ChartCard>
  );
}

/** What is drawn in which colour, with how much of it there was. */
function Legend({ talks, failed }: { talks: number; failed: number }) {
  return (
    <span className="flex flex-wrap gap-x-3">
      <span>
        <span aria-hidden className="bg-spark mr-1.5 inline-block size-2 rounded-[2px]" />
        {texts.overTimeAbout(format.number(talks))}
      </span>
      {failed > 0 && (
        <span>
          <span aria-hidden className="bg-bad mr-1.5 mb-0.5 inline-block h-0.5 w-3 rounded-full" />
          {texts.details.failed(failed)}
        </span>
      )}
    </span>
  );
}

export function CostOverTime({ query, className }: Props) {
  const currencyOf = (data: DashboardOut) => data.figures.cost[0]?.currency ?? "USD";
  const about = ({ figures }: DashboardOut) => {
    const [first, ...others] = figures.cost.map(({ value, currency }) => format.money(value, currency));
    const told = texts.costAbout(first ?? "");
    return others.length ? `${told}. ${texts.otherCurrencies(texts.and(others))}` : told;
  };
  return (
    <ChartCard
      title={texts.costOverTime}
      about={about}
      query={query}
      className={className}
      empty={({ figures }) =>
        figures.cost[0]?.value ? null : { icon: Coins, title: texts.costNothing, hint: texts.costNothingHint }
      }
      columns={[
        { name: texts.cost, show: (row, data) => format.money(row.costMicros, currencyOf(data)) },
        { name: texts.tokens, show: (row) => format.number(row.tokens) },
      ]}
    >
      {(rows, data) => <CostChart rows={rows} currency={currencyOf(data)} />}
    </ChartCard>
  );
}
