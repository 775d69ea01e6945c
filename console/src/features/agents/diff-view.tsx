import { useMemo } from "react";
import { cn } from "@/components/ui/cn";
import { excerpt, type Line, linesOf, rowsOf, wordsOf } from "./diff-rows";
import { texts } from "./texts";

const LOOKS = { same: "", added: "bg-good-wash", removed: "bg-bad-wash" };
const SIGNS = { same: " ", added: "+", removed: "−" };

/** What changed from one text to another: in one column, or in two where there is room and it is wanted. */
export function DiffView({ before, after, columns = false }: { before: string; after: string; columns?: boolean }) {
  const shown = useMemo(() => excerpt(linesOf(before, after)), [before, after]);
  if (shown.every((each) => each === null)) return <p className="text-soft p-6 text-sm">{texts.same}</p>;
  return (
    <div className="overflow-x-auto font-mono text-xs leading-6" tabIndex={0} role="region" aria-label={texts.compare}>
      {columns && <Columns shown={shown} />}
      <table className={cn("w-full", columns && "xl:hidden")}>
        <tbody>
          {shown.map((line, index) =>
            line === null ? (
              <Gap key={index} span={4} />
            ) : (
              <tr key={index} className={LOOKS[line.kind]}>
                <Number of={line.old} />
                <Number of={line.new} />
                <td className={cn("w-5 text-center font-bold", line.kind === "added" ? "text-good" : "text-bad")}>
                  {SIGNS[line.kind]}
                </td>
                <td className="pr-4 whitespace-pre">{line.text}</td>
              </tr>
            ),
          )}
        </tbody>
      </table>
    </div>
  );
}

function Columns({ shown }: { shown: (Line | null)[] }) {
  const rows = useMemo(() => rowsOf(shown), [shown]);
  return (
    <table className="w-full table-fixed max-xl:hidden">
      <colgroup>
        <col className="w-11" />
        <col />
        <col className="w-11" />
        <col />
      </colgroup>
      <thead className="sr-only">
        <tr>
          <th colSpan={2}>{texts.before}</th>
          <th colSpan={2}>{texts.after}</th>
        </tr>
      </thead>
      <tbody>
        {rows.map((row, index) =>
          row === null ? (
            <Gap key={index} span={4} />
          ) : (
            <tr key={index} className="align-top">
              <Side line={row.left} other={row.right} side="left" />
              <Side line={row.right} other={row.left} side="right" />
            </tr>
          ),
        )}
      </tbody>
    </table>
  );
}

function Side({ line, other, side }: { line: Line | null; other: Line | null; side: "left" | "right" }) {
  const look = line ? LOOKS[line.kind] : "bg-sunken/60";
  const words = line ? wordsOf(line.text, line.kind === "same" ? undefined : other?.text, side) : [];
  return (
    <>
      <td className={cn("text-soft w-11 px-2 text-right select-none", look)}>{side === "left" ? line?.old : line?.new}</td>
      <td className={cn("pr-3 break-words whitespace-pre-wrap", look, side === "left" && "border-line border-r")}>
        {line && line.kind !== "same" && <span className="sr-only">{side === "left" ? texts.removedLine : texts.addedLine} </span>}
        {words.map((part, index) =>
          part.marked ? (
            <mark key={index} className={cn("rounded-sm text-inherit", side === "left" ? "bg-bad/25" : "bg-good/25")}>
              {part.text}
            </mark>
          ) : (
            <span key={index}>{part.text}</span>
          ),
        )}
      </td>
    </>
  );
}

function Number({ of }: { of: number | null }) {
  return <td className="text-soft w-10 px-2 text-right select-none">{of}</td>;
}

function Gap({ span }: { span: number }) {
  return (
    <tr className="bg-sunken text-soft">
      <td colSpan={span} className="px-4 select-none">
        ⋯
      </td>
    </tr>
  );
}
