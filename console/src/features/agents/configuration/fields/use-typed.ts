/** What is typed into a field, kept while it is typed and written into the file with every change. */
import { useRef, useState } from "react";
import { realPath, useDraftContext } from "../draft";
import { remove, set } from "../yaml-edit";
import { type Path, type YamlFile } from "../yaml-file";

export interface Typed {
  value: string;
  fault: string | undefined;
  onChange: (text: string) => void;
  onFocus: () => void;
  onBlur: () => void;
}

/**
 * Every change is made to the file as it was when the field was entered, so that a value half typed leaves no traces
 * (quotes that only a trailing blank would need). `parse` gives the value, undefined to leave the setting out, or an
 * Error to wait.
 */
export function useTyped(path: Path, stored: string, parse: (text: string) => unknown): Typed {
  const draft = useDraftContext();
  const { file, text: present, change } = draft;
  const [typed, setTyped] = useState<string | null>(null);
  const [fault, setFault] = useState<string>();
  const base = useRef<{ file: YamlFile; written: string }>({ file, written: present });
  const begin = () => {
    base.current = { file, written: present };
  };
  return {
    value: typed ?? stored,
    fault,
    onFocus: begin,
    onChange(text) {
      setTyped(text);
      const value = parse(text);
      setFault(value instanceof Error ? value.message : undefined);
      if (value instanceof Error) return;
      if (present !== base.current.written) begin();
      const edit = (from: YamlFile, manners: Parameters<Parameters<typeof change>[0]>[1]) =>
        value === undefined ? remove(from, realPath(draft, path) ?? path) : set(from, path, value, manners);
      base.current.written = change(edit, base.current.file);
    },
    onBlur() {
      if (!fault) setTyped(null);
    },
  };
}
