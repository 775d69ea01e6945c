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
      about={({ figures }) =>
        texts.overTimeAbout(format.number(figures.conversations.value ?? 0), figures.failed_turns.value ?? 0)
      }
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
