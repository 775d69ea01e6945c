/** The charts themselves, with the library that draws them: loaded when the page already stands. */
import {
  Area,
  AreaChart,
  Bar,
  CartesianGrid,
  ComposedChart,
  Line as Stroke,
  ResponsiveContainer,
  Tooltip,
  XAxis,
  YAxis,
} from "recharts";
import { format } from "@/i18n/catalogue";
import type { Row } from "./series";
import { texts } from "./texts";

const TICK = { fill: "var(--ink-soft)", fontSize: 12 };
const MARGIN = { top: 8, right: 4, bottom: 0, left: 0 };

interface Line {
  name: string;
  value: string;
  colour: string;
}

interface Hovered {
  active?: boolean;
  payload?: readonly { payload?: Row }[];
}

function Tip({ active, payload, lines }: Hovered & { lines: (row: Row) => Line[] }) {
  const row = payload?.[0]?.payload;
  if (!active || !row) return null;
  return (
    <div className="bg-raised border-line shadow-card rounded-xl border px-3 py-2 text-xs">
      <p className="font-semibold">{row.name}</p>
      <dl className="mt-1 space-y-0.5">
        {lines(row).map(({ name, value, colour }) => (
          <div key={name} className="flex items-center gap-2">
            <span aria-hidden className="size-2 rounded-full" style={{ background: colour }} />
            <dt className="text-soft">{name}</dt>
            <dd className="ml-auto pl-3 font-semibold tabular-nums">{value}</dd>
          </div>
        ))}
      </dl>
    </div>
  );
}

/** Names only as many buckets as there is room for. */
const xAxis = { dataKey: "label", tick: TICK, tickLine: false, axisLine: false, minTickGap: 28, height: 28 } as const;
const yAxis = { tick: TICK, tickLine: false, axisLine: false, width: 46 } as const;

export function ConversationsChart({ rows }: { rows: Row[] }) {
  const lines = (row: Row): Line[] => [
    { name: texts.conversations, value: format.number(row.conversations), colour: "var(--spark)" },
    ...(row.failed ? [{ name: texts.failedTurns, value: format.number(row.failed), colour: "var(--bad)" }] : []),
  ];
  return (
    <ResponsiveContainer width="100%" height="100%">
      <ComposedChart data={rows} margin={MARGIN} barCategoryGap="18%" title={texts.overTime}>
        <CartesianGrid vertical={false} stroke="var(--line)" />
        <XAxis {...xAxis} />
        <YAxis {...yAxis} allowDecimals={false} tickFormatter={format.compact} />
        <Tooltip cursor={{ fill: "var(--sunken)" }} isAnimationActive={false} content={<Tip lines={lines} />} />
        <Bar dataKey="conversations" fill="var(--spark)" radius={[4, 4, 0, 0]} maxBarSize={36} isAnimationActive={false} />
        {rows.some((row) => row.failed) && (
          <Stroke
            dataKey="failed"
            type="monotone"
            stroke="var(--bad)"
            strokeWidth={2}
            dot={false}
            activeDot={{ r: 4 }}
            isAnimationActive={false}
          />
        )}
      </ComposedChart>
    </ResponsiveContainer>
  );
}

export function CostChart({ rows, currency }: { rows: Row[]; currency: string }) {
  const lines = (row: Row): Line[] => [
    { name: texts.cost, value: format.money(row.costMicros, currency), colour: "var(--thunder)" },
    { name: texts.tokens, value: format.compact(row.tokens), colour: "var(--line-strong)" },
  ];
  return (
    <ResponsiveContainer width="100%" height="100%">
      <AreaChart data={rows} margin={MARGIN} title={texts.costOverTime}>
        <defs>
          <linearGradient id="cost-fill" x1="0" y1="0" x2="0" y2="1">
            <stop offset="0%" stopColor="var(--thunder)" stopOpacity={0.35} />
            <stop offset="100%" stopColor="var(--thunder)" stopOpacity={0.02} />
          </linearGradient>
        </defs>
        <CartesianGrid vertical={false} stroke="var(--line)" />
        <XAxis {...xAxis} />
        <YAxis {...yAxis} width={58} tickFormatter={(units: number) => format.money(units * 1_000_000, currency)} />
        <Tooltip cursor={{ stroke: "var(--line-strong)" }} isAnimationActive={false} content={<Tip lines={lines} />} />
        <Area
          dataKey="cost"
          type="monotone"
          stroke="var(--thunder)"
          strokeWidth={2.5}
          fill="url(#cost-fill)"
          isAnimationActive={false}
        />
      </AreaChart>
    </ResponsiveContainer>
  );
}
