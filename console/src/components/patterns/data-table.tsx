import { tableFeatures, useTable, type ColumnDef } from "@tanstack/react-table";
import { ArrowDown, ArrowUp, ChevronsUpDown } from "lucide-react";
import { useEffect, useRef, type ReactNode } from "react";
import { Button } from "@/components/ui/button";
import { cn } from "@/components/ui/cn";
import { format } from "@/i18n/catalogue";
import { common } from "@/i18n/common";

const features = tableFeatures({});
export type Column<T extends object> = ColumnDef<typeof features, T> & { id: string; sortable?: boolean; wide?: boolean };

interface Props<T extends object> {
  label: string;
  columns: Column<T>[];
  rows: T[];
  total?: number | null;
  sort?: string;
  onSort?: (sort: string) => void;
  more?: { has: boolean; busy: boolean; load: () => void };
  /** How a row looks where there is no room for columns. */
  card: (row: T) => ReactNode;
}

/** The one list: columns that sort, cards on a phone, and further pages as one scrolls. */
export function DataTable<T extends object>({ label, columns, rows, total, sort, onSort, more, card }: Props<T>) {
  const table = useTable({ features, columns, data: rows });
  return (
    <div>
      <div className="hidden overflow-x-auto sm:block">
        <table aria-label={label} className="w-full text-left text-sm">
          <thead className="border-line text-soft border-b text-xs">
            {table.getHeaderGroups().map((group) => (
              <tr key={group.id}>
                {group.headers.map((header) => {
                  const column = header.column.columnDef as Column<T>;
                  return (
                    <th
                      key={header.id}
                      scope="col"
                      aria-sort={ariaSort(column, sort)}
                      className={cn("px-4 font-semibold", column.wide && "hidden lg:table-cell")}
                    >
                      {column.sortable && onSort ? (
                        <SortButton id={column.id} sort={sort} onSort={onSort}>
                          {String(column.header)}
                        </SortButton>
                      ) : (
                        <span className="flex min-h-11 items-center">{String(column.header)}</span>
                      )}
                    </th>
                  );
                })}
              </tr>
            ))}
          </thead>
          <tbody className="divide-line divide-y">
            {table.getRowModel().rows.map((row) => (
              <tr key={row.id} className="hover:bg-sunken/60 group relative transition-colors">
                {row.getAllCells().map((cell) => (
                  <td
                    key={cell.id}
                    className={cn("px-4 py-3", (cell.column.columnDef as Column<T>).wide && "hidden lg:table-cell")}
                  >
                    <table.FlexRender cell={cell} />
                  </td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      <ul aria-label={label} className="divide-line divide-y sm:hidden">
        {rows.map((row, index) => (
          <li key={index} className="relative">
            {card(row)}
          </li>
        ))}
      </ul>
      <footer className="border-line text-soft flex min-h-12 items-center justify-between gap-4 border-t px-4 py-2 text-xs">
        <span>{common.shown(format.number(rows.length), total == null ? `${format.number(10_000)}+` : format.number(total))}</span>
        {more?.has && <More busy={more.busy} load={more.load} />}
      </footer>
    </div>
  );
}

function More({ busy, load }: { busy: boolean; load: () => void }) {
  const button = useRef<HTMLButtonElement>(null);
  const latest = useRef({ busy, load });
  latest.current = { busy, load };
  useEffect(() => {
    const seen = new IntersectionObserver(
      ([entry]) => entry?.isIntersecting && !latest.current.busy && latest.current.load(),
      { rootMargin: "400px" },
    );
    if (button.current) seen.observe(button.current);
    return () => seen.disconnect();
  }, []);
  return (
    <Button ref={button} size="small" busy={busy} onClick={load}>
      {common.more}
    </Button>
  );
}

function SortButton({ id, sort, onSort, children }: {
  id: string;
  sort?: string;
  onSort: (sort: string) => void;
  children: string;
}) {
  const on = sort === id || sort === `-${id}`;
  const Icon = sort === id ? ArrowUp : sort === `-${id}` ? ArrowDown : ChevronsUpDown;
  return (
    <button
      type="button"
      aria-label={common.sortBy(children)}
      className={cn("hover:text-ink -mx-2 flex min-h-11 items-center gap-1.5 rounded px-2 font-semibold", on && "text-ink")}
      onClick={() => onSort(sort === id ? `-${id}` : id)}
    >
      {children}
      <Icon className="size-3.5" aria-hidden />
    </button>
  );
}

function ariaSort(column: { id: string; sortable?: boolean }, sort?: string): "ascending" | "descending" | undefined {
  return sort === column.id ? "ascending" : sort === `-${column.id}` ? "descending" : undefined;
}
