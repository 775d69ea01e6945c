import { CircleCheck, CircleX, LoaderCircle, TriangleAlert } from "lucide-react";
import { useRef, useState, type ReactNode, type Ref, useImperativeHandle } from "react";
import type { Fault } from "@/api/problem";
import { Card } from "@/components/ui/card";
import { texts } from "./texts";
import { YamlEditor, type Checked, type EditorHandle } from "./yaml-editor";

interface Props {
  initial: string;
  onChange: (text: string) => void;
  onSave: () => void;
  /** What stands in the bar under the editor. */
  bar: ReactNode;
  ref?: Ref<EditorHandle>;
}

/** The editor with a list of what is wrong; a click goes to the line. */
export function CheckedEditor({ initial, onChange, onSave, bar, ref }: Props) {
  const editor = useRef<EditorHandle>(null);
  const [checked, setChecked] = useState<Checked>({ state: "checking", faults: [], warnings: [] });
  useImperativeHandle(ref, () => ({
    goTo: (line) => editor.current?.goTo(line),
    replace: (text) => editor.current?.replace(text),
  }));
  return (
    <Card className="overflow-hidden">
      <div className="h-[clamp(20rem,58dvh,46rem)]">
        <YamlEditor ref={editor} initial={initial} onChange={onChange} onChecked={setChecked} onSave={onSave} />
      </div>
      <div className="border-line bg-sunken border-t">
        <Faults checked={checked} onGo={(line) => editor.current?.goTo(line)} />
        <div className="flex flex-wrap items-center gap-3 px-4 py-3">
          <Summary checked={checked} />
          <div className="ml-auto flex flex-wrap items-center justify-end gap-2">{bar}</div>
        </div>
      </div>
    </Card>
  );
}

function Summary({ checked: { state, faults, warnings } }: { checked: Checked }) {
  const [Icon, tone, said] =
    state !== "done"
      ? ([LoaderCircle, "text-soft", state === "checking" ? texts.checking : ""] as const)
      : faults.length
        ? ([CircleX, "text-bad", texts.faults(faults.length)] as const)
        : warnings.length
          ? ([TriangleAlert, "text-warn", texts.warned(warnings.length)] as const)
          : ([CircleCheck, "text-good", texts.faultless] as const);
  if (!said) return null;
  return (
    <p role="status" className={`flex items-center gap-2 text-sm font-semibold ${tone}`}>
      <Icon className="size-4" aria-hidden /> {said}
    </p>
  );
}

function Faults({ checked, onGo }: { checked: Checked; onGo: (line: number) => void }) {
  const all: Fault[] = [...checked.faults, ...checked.warnings];
  if (!all.length) return null;
  return (
    <ul className="border-line max-h-44 overflow-y-auto border-b px-2 py-1">
      {all.map((fault, index) => (
        <li key={index}>
          <button
            type="button"
            className="hover:bg-line/50 flex min-h-11 w-full items-start gap-3 rounded-lg px-2 py-2.5 text-left text-sm"
            onClick={() => onGo(fault.line ?? 1)}
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
