import type { UseQueryResult } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { Bot } from "lucide-react";
import type { AgentLine, DashboardOut } from "@/api/schema";
import { DataTable, type Column } from "@/components/patterns/data-table";
import { Empty } from "@/components/patterns/states";
import { format } from "@/i18n/catalogue";
import { Bones, Part } from "./part";
import { channelName } from "@/i18n/common";
import { texts } from "./texts";

const rate = (line: AgentLine) => {
  const turns = line.answered_turns + line.failed_turns;
  return turns ? format.percent(line.answered_turns / turns) : texts.nothing;
};
const cost = (line: AgentLine) =>
  line.cost.map(({ micros, currency }) => format.money(micros, currency)).join(" + ") || texts.nothing;

const columns: Column<AgentLine>[] = [
  { id: "name", header: texts.agent, cell: ({ row }) => <Name line={row.original} /> },
  { id: "conversations", header: texts.conversations, cell: ({ row }) => format.number(row.original.conversations) },
  { id: "answers", header: texts.answers, cell: ({ row }) => format.number(row.original.answered_turns) },
  { id: "rate", header: texts.successRate, cell: ({ row }) => rate(row.original) },
  { id: "handoffs", header: texts.handoffs, wide: true, cell: ({ row }) => format.number(row.original.handoffs) },
  { id: "cost", header: texts.cost, cell: ({ row }) => cost(row.original) },
];

/** What each agent did, and over which channels people came. */
export function ByAgent({ query, className }: { query: UseQueryResult<DashboardOut>; className?: string }) {
  return (
    <Part title={texts.byAgent} query={query} className={className} skeleton={<Bones rows={3} className="h-12" />}>
      {({ by_agent, by_channel }) =>
        by_agent.length ? (
          <div className="flex flex-1 flex-col">
            <div className="tabular-nums [&_footer]:hidden sm:[&_td:first-child]:pl-6 sm:[&_th:first-child]:pl-6">
              <DataTable
                label={texts.byAgent}
                columns={columns}
                rows={by_agent}
                total={by_agent.length}
                card={(line) => <AgentCard line={line} />}
              />
            </div>
            {by_channel.length > 0 && <Channels lines={by_channel} />}
          </div>
        ) : (
          <Empty icon={Bot} title={texts.byAgentEmpty} hint={texts.byAgentEmptyHint} />
        )
      }
    </Part>
  );
}

function Channels({ lines }: { lines: DashboardOut["by_channel"] }) {
  const most = Math.max(1, ...lines.map((line) => line.conversations));
  return (
    <div className="border-line border-t px-5 py-4 sm:px-6">
      <h3 className="text-soft mb-2 text-xs font-semibold">{texts.channels}</h3>
      <ul className="grid gap-x-8 gap-y-2 sm:grid-cols-2">
        {lines.map((line) => (
          <li key={line.channel} className="grid grid-cols-[6.5rem_1fr_auto] items-center gap-3 text-sm">
            <span className="truncate">{channelName(line.channel)}</span>
            <span aria-hidden className="bg-sunken h-2 overflow-hidden rounded-full">
              <span
                className="spark-gradient block h-full rounded-full"
                style={{ width: `${(line.conversations / most) * 100}%` }}
              />
            </span>
            <span className="font-semibold tabular-nums">{format.compact(line.conversations)}</span>
          </li>
        ))}
      </ul>
    </div>
  );
}

function Name({ line }: { line: AgentLine }) {
  return (
    <Link
      to="/agents/$slug"
      params={{ slug: line.slug }}
      className="font-semibold after:absolute after:inset-0 focus-visible:outline-none focus-visible:after:outline-2 focus-visible:after:-outline-offset-2 focus-visible:after:outline-accent"
    >
      {line.name}
    </Link>
  );
}

function AgentCard({ line }: { line: AgentLine }) {
  return (
    <div className="flex items-center justify-between gap-3 px-5 py-3 text-sm">
      <span className="min-w-0">
        <Name line={line} />
        <span className="text-soft block text-xs">
          {texts.talks(line.conversations)} · {texts.successRate.toLowerCase()} {rate(line)}
        </span>
      </span>
      <span className="font-semibold">{cost(line)}</span>
    </div>
  );
}
