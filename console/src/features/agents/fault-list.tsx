import { CircleCheck, CircleX, CloudOff, LoaderCircle, TriangleAlert } from "lucide-react";
import type { Fault } from "@/api/problem";
import type { Checked } from "./configuration/checked";
import { texts as more } from "./configuration/texts";
import { texts } from "./texts";

/** How the check came out, in one line. */
export function CheckSummary({ checked: { state, faults, warnings } }: { checked: Checked }) {
  const [Icon, tone, said] =
    state === "checking"
      ? ([LoaderCircle, "text-soft", texts.checking] as const)
      : state === "unchecked"
        ? ([CloudOff, "text-soft", more.cannotCheck] as const)
        : faults.length
          ? ([CircleX, "text-bad", texts.faults(faults.length)] as const)
          : warnings.length
            ? ([TriangleAlert, "text-warn", texts.warned(warnings.length)] as const)
            : ([CircleCheck, "text-good", texts.faultless] as const);
  return (
    <p role="status" className={`flex items-center gap-2 text-sm font-semibold ${tone}`}>
      <Icon className={`size-4 shrink-0 ${state === "checking" ? "animate-spin" : ""}`} aria-hidden /> {said}
    </p>
  );
}

/** What is wrong, each with its line; a click goes there. */
export function FaultList({ checked, onGo }: { checked: Checked; onGo: (fault: Fault) => void }) {
  const all: Fault[] = [...checked.faults, ...checked.warnings];
  if (!all.length) return null;
  return (
    <ul className="border-line max-h-44 overflow-y-auto border-b px-2 py-1">
      {all.map((fault, index) => (
        <li key={index}>
          <button
            type="button"
            className="hover:bg-line/50 flex min-h-11 w-full items-start gap-3 rounded-lg px-2 py-2.5 text-left text-sm"
            onClick={() => onGo(fault)}
          >
            <span className="text-soft w-16 shrink-0 font-mono text-xs leading-5">{texts.line(fault.line ?? 1)}</span>
            <span>
              {fault.message} <span className="text-soft">{fault.cure}</span>
            </span>
          </button>
        </li>
      ))}
    </ul>
  );
}
