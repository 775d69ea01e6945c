import { diffLines } from "diff";
import { useMemo } from "react";
import { cn } from "@/components/ui/cn";
import { texts } from "./texts";

interface Line {
  kind: "same" | "added" | "removed";
  text: string;
  old: number | null;
  new: number | null;
}

const AROUND = 3;
const LOOKS = { same: "", added: "bg-good-wash", removed: "bg-bad-wash" };
const SIGNS = { same: " ", added: "+", removed: "−" };

export function linesOf(before: string, after: string): Line[] {
  let old = 0;
  let now = 0;
  return diffLines(before, after).flatMap((part) => {
    const kind = part.added ? "added" : part.removed ? "removed" : "same";
    return part.value
      .replace(/\n$/, "")
      .split("\n")
      .map((text): Line => {
        if (kind !== "added") old += 1;
        if (kind !== "removed") now += 1;
        return { kind, text, old: kind === "added" ? null : old, new: kind === "removed" ? null : now };
      });
  });
}

/** The changed lines with a few around them; null stands for what was left out. */
export function excerpt(lines: Line[]): (Line | null)[] {
  const near = (at: number) => lines.slice(Math.max(0, at - AROUND), at + AROUND + 1).some((each) => each.kind !== "same");
  const shown: (Line | null)[] = [];
  lines.forEach((line, index) => {
    if (near(index)) shown.push(line);
    else if (shown.at(-1) !== null) shown.push(null);
  });
  return shown;
}

export function DiffView({ before, after }: { before: string; after: string }) {
  const shown = useMemo(() => excerpt(linesOf(before, after)), [before, after]);
  if (shown.every((each) => each === null)) return <p className="text-soft p-6 text-sm">{texts.same}</p>;
  return (
    <div className="overflow-x-auto font-mono text-xs leading-6" tabIndex={0} role="region" aria-label={texts.compare}>
      <table className="w-full">
        <tbody>
          {shown.map((line, index) =>
            line === null ? (
              <tr key={index} className="bg-sunken text-soft">
                <td colSpan={4} className="px-4 select-none">
                  ⋯
                </td>
              </tr>
            ) : (
              <tr key={index} className={LOOKS[line.kind]}>
                <td className="text-soft w-10 px-2 text-right select-none">{line.old}</td>
                <td className="text-soft w-10 px-2 text-right select-none">{line.new}</td>
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
