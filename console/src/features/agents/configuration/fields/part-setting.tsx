import { useRef, useState } from "react";
import { Textarea } from "@/components/ui/input";
import { useDraftContext } from "../draft";
import { texts } from "../texts";
import { setSource, sourceAt } from "../yaml-edit";
import type { YamlFile } from "../yaml-file";
import { Frame, type SettingProps } from "./setting";

/** A part of the file that has no fields of its own: edited as the lines that stand there. */
export function PartSetting(props: SettingProps) {
  const { path } = props;
  const { file, text: present, change } = useDraftContext();
  const [typed, setTyped] = useState<string | null>(null);
  const [broken, setBroken] = useState(false);
  const base = useRef<{ file: YamlFile; written: string }>({ file, written: present });
  const write = (source: string) => {
    setTyped(source);
    if (present !== base.current.written) base.current = { file, written: present };
    const { file: from } = base.current;
    base.current.written = change((start, manners) => {
      const next = setSource(start, path, source, manners);
      setBroken(next === null);
      return next ?? present;
    }, from);
  };
  return (
    <Frame {...props} fault={broken ? texts.partFault : undefined}>
      {(wiring) => (
        <Textarea
          {...wiring}
          rows={2}
          spellCheck={false}
          className="field-sizing-content max-h-96 font-mono text-sm leading-relaxed sm:text-xs"
          placeholder={texts.part}
          value={typed ?? sourceAt(file, path)}
          onFocus={() => {
            base.current = { file, written: present };
          }}
          onBlur={() => !broken && setTyped(null)}
          onChange={(event) => write(event.target.value)}
        />
      )}
    </Frame>
  );
}
