/** The one text that form and editor change, with all that is known of it. */
import { createContext, useCallback, useContext, useMemo, useRef, useState } from "react";
import type { Fault } from "@/api/problem";
import type { ToolView, VocabularyOut } from "@/api/schema";
import { toast } from "@/components/patterns/toasts";
import { type Checked, useChecked } from "./checked";
import { FileSchema, type Schema, type Shape } from "./schema";
import { texts } from "./texts";
import { type MannersOf, SharedValueError } from "./yaml-edit";
import { find, keysAt, kindAt, parsePath, type Path, read, textAt, textsAt, under, type YamlFile } from "./yaml-file";
import type { Words } from "./yaml-help";

export interface Draft {
  text: string;
  /** As it was last when it could be read. */
  file: YamlFile;
  fault: YamlFile["fault"];
  /** The key of an older dialect that the file is written in. */
  dialect: string | null;
  schema: FileSchema;
  words: Words;
  tools: ToolView[];
  checked: Checked;
  setText: (text: string) => void;
  /** Changes the text by a path; `from` is the text to begin with, the present one if left out. */
  change: (edit: (file: YamlFile, manners: MannersOf) => string, from?: YamlFile) => string;
}

const OLDER = ["automation_config", "workflow"];

export function useDraft(initial: string, root: Schema, vocabulary: VocabularyOut, tools: ToolView[]): Draft {
  const [text, setText] = useState(initial);
  const now = useMemo(() => read(text), [text]);
  const lastGood = useRef(now);
  if (!now.fault) lastGood.current = now;
  const file = lastGood.current;
  const latest = useRef(now);
  latest.current = now;
  const schema = useMemo(() => {
    const byKind = new Map(vocabulary.tool_types.map((each) => [each.name, each.settings as Schema | null]));
    return new FileSchema(root, (path) => byKind.get(textAt(lastGood.current, ["tools", path[1] ?? 0, "type"]) ?? "") ?? undefined);
  }, [root, vocabulary]);
  const words = useMemo(
    () => ({
      models: vocabulary.models,
      toolTypes: vocabulary.tool_types.map(({ name }) => name),
      secrets: vocabulary.secrets,
      tools,
      variables: [...new Set([...vocabulary.variables, ...keysAt(file, ["agent", "variables"])])],
    }),
    [vocabulary, tools, file],
  );
  const change = useCallback<Draft["change"]>(
    (edit, from) => {
      try {
        const next = edit(from ?? latest.current, schema.manners);
        latest.current = read(next);
        setText(next);
        return next;
      } catch (error) {
        if (!(error instanceof SharedValueError)) throw error;
        toast.failed(new Error(texts.shared));
        return latest.current.text;
      }
    },
    [schema],
  );
  const checked = useChecked(text);
  const dialect = OLDER.find((key) => kindAt(file, [key]) === "map") ?? null;
  return { text, file, fault: now.fault, dialect, schema, words, tools, checked, setText, change };
}

const Context = createContext<Draft | null>(null);
export const DraftProvider = Context.Provider;

export function useDraftContext(): Draft {
  const draft = useContext(Context);
  if (!draft) throw new Error("A field stands outside of a draft.");
  return draft;
}

/** The path at which a setting really stands: a group in its short form is the text of one of its keys. */
export function realPath({ file, schema }: Draft, path: Path): Path | null {
  const parent = path.slice(0, -1);
  if (!parent.length || kindAt(file, parent) !== "scalar") return path;
  return schema.at(parent)?.shorthand === path.at(-1) ? parent : null;
}

export interface Setting {
  shape: Shape;
  text: string | undefined;
  list: string[];
  present: boolean;
  inherited: boolean;
  shared: boolean;
  faults: Fault[];
}

/** All that a field shows of a path. */
export function useSetting(path: Path): Setting | null {
  const draft = useDraftContext();
  const shape = draft.schema.at(path);
  if (!shape) return null;
  const place = realPath(draft, path);
  const found = place ? find(draft.file, place) : undefined;
  return {
    shape,
    text: place ? textAt(draft.file, place) : undefined,
    list: place ? textsAt(draft.file, place) : [],
    present: found !== undefined && !found.inherited,
    inherited: found?.inherited ?? false,
    shared: found?.shared ?? false,
    faults: faultsAt(draft.checked, path),
  };
}

export function faultsAt({ faults, warnings }: Checked, path: Path): Fault[] {
  return [...faults, ...warnings].filter((fault) => under(parsePath(fault.path ?? ""), path));
}

export const fieldId = (path: Path) => `setting-${path.join("-")}`;
