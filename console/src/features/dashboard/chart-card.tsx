import type { UseQueryResult } from "@tanstack/react-query";
import { ChartColumn as ChartIcon, Table2, type LucideIcon } from "lucide-react";
import { Suspense, useState, type ReactNode } from "react";
import type { DashboardOut } from "@/api/schema";
import { Button } from "@/components/ui/button";
import { cn } from "@/components/ui/cn";
import { Bone, Part } from "./part";
import { rowsOf, type Row } from "./series";
import { texts } from "./texts";

export interface ChartColumn {
  name: string;
  show: (row: Row, data: DashboardOut) => string;
}

/** A chart that can be read as a table as well. */
export function ChartCard({ title, about, query, columns, empty, className, children }: {
  title: string;
  about: (data: DashboardOut) => ReactNode;
  query: UseQueryResult<DashboardOut>;
  columns: ChartColumn[];
  /** What to say in the place of a chart without anything in it. */
  empty: (data: DashboardOut) => { icon: LucideIcon; title: string; hint: string } | null;
  className?: string;
  children: (rows: Row[], data: DashboardOut) => ReactNode;
}) {
  const [table, setTable] = useState(false);
  const nothing = query.data && empty(query.data);
  return (
    <Part
      title={title}
      about={query.data && !nothing && about(query.data)}
      query={query}
      className={className}
      skeleton={<Bone className="h-64" />}
      actions={!nothing && <Toggle table={table} onChange={setTable} title={title} />}
    >
      {(data) => {
        if (nothing) return <Nothing {...nothing} />;
        const rows = rowsOf(data);
        if (table) return <Figures title={title} rows={rows} data={data} columns={columns} />;
        return (
          <div className={cn("relative mx-2 mt-3 mb-4 min-h-68 flex-1 sm:mx-4", query.isPlaceholderData && "opacity-60")}>
            <div className="absolute inset-0">
              <Suspense fallback={<Bone className="mx-3 h-60" />}>{children(rows, data)}</Suspense>
            </div>
          </div>
        );
      }}
    </Part>
  );
}

function Toggle({ table, onChange, title }: { table: boolean; onChange: (table: boolean) => void; title: string }) {
  const label = table ? texts.asChart : texts.asTable;
  return (
    <Button look="quiet" size="small" aria-label={`${title}: ${label}`} onClick={() => onChange(!table)}>
      {table ? <ChartIcon aria-hidden /> : <Table2 aria-hidden />}
      <span className="hidden sm:inline">{label}</span>
    </Button>
  );
}

function Nothing({ icon: Icon, title, hint }: { icon: LucideIcon; title: string; hint: string }) {
  return (
    <div className="flex flex-1 flex-col items-center justify-center px-6 pt-6 pb-10 text-center">
      <span className="bg-accent-wash text-accent mb-3 grid size-12 place-items-center rounded-2xl">
        <Icon className="size-5" aria-hidden />
      </span>
      <p className="text-sm font-semibold">{title}</p>
      <p className="text-soft mt-1 max-w-sm text-sm">{hint}</p>
    </div>
  );
}

function Figures({ title, rows, data, columns }: { title: string; rows: Row[]; data: DashboardOut; columns: ChartColumn[] }) {
  return (
    <div className="mt-3 h-72 grow overflow-auto px-1 pb-2" tabIndex={0} role="region" aria-label={title}>
      <table className="w-full text-sm">
        <thead className="bg-surface text-soft sticky top-0 text-left text-xs">
          <tr>
            <th scope="col" className="px-4 py-2 font-semibold">
              {texts.when}
            </th>
            {columns.map(({ name }) => (
              <th key={name} scope="col" className="px-4 py-2 text-right font-semibold">
                {name}
              </th>
            ))}
          </tr>
        </thead>
        <tbody className="divide-line divide-y tabular-nums">
          {rows.toReversed().map((row, index) => (
            <tr key={index}>
              <th scope="row" className="px-4 py-2 text-left font-medium">
                {row.name}
              </th>
              {columns.map(({ name, show }) => (
                <td key={name} className="px-4 py-2 text-right">
                  {show(row, data)}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
