import { tableFeatures, useTable, type ColumnDef } from "@tanstack/react-table";
import { ArrowDown, ArrowUp, ChevronsUpDown } from "lucide-react";
import { useEffect, useRef, type ReactNode } from "react";
import { Button } from "@/components/ui/button";
import { cn } from "@/components/ui/cn";
import { format } from "@/i18n/catalogue";
import { common } from "@/i18n/common";
import { useMedia } from "./use-media";
import { useWindowRows } from "./use-window-rows";

const features = tableFeatures({});
export type Column<T extends object> = ColumnDef<typeof features, T> & {
  id: string;
  sortable?: boolean;
  wide?: boolean;
  /** A class for the column's width; when one column has it, widths no longer follow what stands in the rows. */
  width?: string;
};

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

const ROW_PIXELS = 57;
const CARD_PIXELS = 77;

/** The one list: columns that sort, cards on a phone, further pages as one scrolls, and only what is in sight. */
export function DataTable<T extends object>(props: Props<T>) {
  const { rows, total, more } = props;
  const roomy = useMedia("(min-width: 40rem)");
  return (
    <div>
      {roomy ? <Rows {...props} /> : <Cards {...props} />}
      <footer className="border-line text-soft flex min-h-12 items-center justify-between gap-4 border-t px-4 py-2 text-xs">
        <span>{common.shown(format.number(rows.length), total == null ? `${format.number(10_000)}+` : format.number(total))}</span>
        {more?.has && <More busy={more.busy} load={more.load} loaded={rows.length} />}
      </footer>
    </div>
  );
}

/** Rows that are not in the page are counted all the same, for those who hear the table. */
function countOf<T extends object>({ rows, total, more }: Props<T>): number {
  return more?.has ? (total ?? -1) : rows.length;
}

function Rows<T extends object>(props: Props<T>) {
  const { label, columns, rows, sort, onSort } = props;
  const table = useTable({ features, columns, data: rows });
  const model = table.getRowModel().rows;
  const { box, shown, before, after, measure } = useWindowRows(rows.length, ROW_PIXELS);
  const count = countOf(props);
  return (
    <div ref={box} className="overflow-x-auto">
      <table
        aria-label={label}
        aria-rowcount={count < 0 ? -1 : count + 1}
        className={cn("w-full text-left text-sm", columns.some((column) => column.width) && "table-fixed")}
      >
        <thead className="border-line text-soft border-b text-xs">
          {table.getHeaderGroups().map((group) => (
            <tr key={group.id} aria-rowindex={1}>
              {group.headers.map((header) => {
                const column = header.column.columnDef as Column<T>;
                return (
                  <th
                    key={header.id}
                    scope="col"
                    aria-sort={ariaSort(column, sort)}
                    className={cn("px-4 font-semibold", column.width, column.wide && "hidden lg:table-cell")}
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
          <Left pixels={before} columns={columns.length} />
          {shown.map((at) => {
            const row = model[at];
            return row ? (
              <tr
                key={row.id}
                ref={measure}
                data-index={at}
                aria-rowindex={at + 2}
                className="hover:bg-sunken/60 group relative transition-colors"
              >
                {row.getAllCells().map((cell) => (
                  <td
                    key={cell.id}
                    className={cn("px-4 py-3", (cell.column.columnDef as Column<T>).wide && "hidden lg:table-cell")}
                  >
                    <table.FlexRender cell={cell} />
                  </td>
                ))}
              </tr>
            ) : null;
          })}
          <Left pixels={after} columns={columns.length} />
        </tbody>
      </table>
    </div>
  );
}

/** The room of the rows that are not in the page. */
function Left({ pixels, columns }: { pixels: number; columns: number }) {
  if (pixels <= 0) return null;
  return (
    <tr aria-hidden className="border-0">
      <td colSpan={columns} style={{ height: pixels }} className="p-0" />
    </tr>
  );
}

function Cards<T extends object>(props: Props<T>) {
  const { label, rows, card } = props;
  const { box, shown, before, after, measure } = useWindowRows(rows.length, CARD_PIXELS);
  const count = countOf(props);
  return (
    <div ref={box}>
      <ul aria-label={label} className="divide-line divide-y" style={{ paddingTop: before, paddingBottom: after }}>
        {shown.map((at) => {
          const row = rows[at];
          return row ? (
            <li key={at} ref={measure} data-index={at} aria-posinset={at + 1} aria-setsize={count} className="relative">
              {card(row)}
            </li>
          ) : null;
        })}
      </ul>
    </div>
  );
}

function More({ busy, load, loaded }: { busy: boolean; load: () => void; loaded: number }) {
  const button = useRef<HTMLButtonElement>(null);
  const latest = useRef({ busy, load });
  latest.current = { busy, load };
  // Watched anew when a page has come: where the end stays in sight, nothing changes that would be told.
  useEffect(() => {
    const seen = new IntersectionObserver(
      ([entry]) => entry?.isIntersecting && !latest.current.busy && latest.current.load(),
      { rootMargin: "1200px" },
    );
    if (button.current) seen.observe(button.current);
    return () => seen.disconnect();
  }, [loaded, busy]);
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
      className={cn("hover:text-ink -mx-2 flex min-h-11 items-center gap-1.5 rounded px-2 font-semibold whitespace-nowrap", on && "text-ink")}
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
