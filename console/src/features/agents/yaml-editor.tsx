import { defaultKeymap, history, historyKeymap, indentWithTab } from "@codemirror/commands";
import { yaml } from "@codemirror/lang-yaml";
import { bracketMatching, foldGutter, HighlightStyle, indentOnInput, syntaxHighlighting } from "@codemirror/language";
import { linter, lintGutter, lintKeymap, type Diagnostic } from "@codemirror/lint";
import { highlightSelectionMatches, searchKeymap } from "@codemirror/search";
import { EditorState, type Text } from "@codemirror/state";
import { drawSelection, EditorView, highlightActiveLine, keymap, lineNumbers } from "@codemirror/view";
import { tags } from "@lezer/highlight";
import { useEffect, useImperativeHandle, useRef, type Ref } from "react";
import { agents } from "@/api/agents";
import { asProblem, type Fault } from "@/api/problem";
import { nonce } from "@/nonce";
import { texts } from "./texts";

export interface EditorHandle {
  goTo: (line: number) => void;
  replace: (text: string) => void;
}
export interface Checked {
  state: "checking" | "unchecked" | "done";
  faults: Fault[];
  warnings: Fault[];
}

const colours = HighlightStyle.define([
  { tag: [tags.definition(tags.propertyName), tags.propertyName], color: "var(--accent-ink)", fontWeight: "600" },
  { tag: tags.string, color: "var(--good)" },
  { tag: [tags.number, tags.bool, tags.null], color: "var(--info)" },
  { tag: [tags.comment, tags.meta], color: "var(--ink-soft)", fontStyle: "italic" },
  { tag: [tags.separator, tags.punctuation], color: "var(--ink-soft)" },
]);

const look = EditorView.theme({
  "&": { height: "100%", backgroundColor: "var(--surface)", color: "var(--ink)", fontSize: "13.5px" },
  "&:focus-within": { outline: "2px solid var(--accent-ink)", outlineOffset: "-2px" },
  ".cm-scroller": { fontFamily: "var(--font-mono, monospace)", lineHeight: "1.6" },
  ".cm-gutters": { backgroundColor: "var(--sunken)", color: "var(--ink-soft)", border: "none" },
  ".cm-activeLine": { backgroundColor: "color-mix(in srgb, var(--accent-wash) 45%, transparent)" },
  ".cm-cursor": { borderLeftColor: "var(--ink)" },
  "&.cm-focused .cm-selectionBackground, .cm-selectionBackground": {
    backgroundColor: "color-mix(in srgb, var(--thunder) 30%, transparent) !important",
  },
  ".cm-tooltip, .cm-panels": { backgroundColor: "var(--raised)", color: "var(--ink)", borderColor: "var(--line)" },
});

function diagnosticOf(doc: Text, fault: Fault, severity: "error" | "warning"): Diagnostic {
  const line = doc.line(Math.min(Math.max(fault.line ?? 1, 1), doc.lines));
  const from = Math.min(line.from + Math.max((fault.column ?? 1) - 1, 0), line.to);
  return { from, to: Math.max(line.to, from), severity, message: [fault.message, fault.cure].filter(Boolean).join(" ") };
}

interface Props {
  initial: string;
  onChange: (text: string) => void;
  onChecked: (checked: Checked) => void;
  onSave: () => void;
  ref: Ref<EditorHandle>;
}

/** YAML with the server's faults at their lines. Escape, then Tab leaves it by keyboard. */
export function YamlEditor({ initial, onChange, onChecked, onSave, ref }: Props) {
  const host = useRef<HTMLDivElement>(null);
  const view = useRef<EditorView>(null);
  const calls = useRef({ onChange, onChecked, onSave });
  calls.current = { onChange, onChecked, onSave };
  const first = useRef(initial);

  useEffect(() => {
    if (!host.current) return;
    const check = async (editor: EditorView): Promise<Diagnostic[]> => {
      const { doc } = editor.state;
      calls.current.onChecked({ state: "checking", faults: [], warnings: [] });
      try {
        const { warnings } = await agents.validate(doc.toString());
        calls.current.onChecked({ state: "done", faults: [], warnings });
        return warnings.map((each) => diagnosticOf(doc, each, "warning"));
      } catch (error) {
        const { faults } = asProblem(error);
        calls.current.onChecked({ state: faults.length ? "done" : "unchecked", faults, warnings: [] });
        return faults.map((each) => diagnosticOf(doc, each, "error"));
      }
    };
    const editor = new EditorView({
      parent: host.current,
      state: EditorState.create({
        doc: first.current,
        extensions: [
          EditorView.cspNonce.of(nonce),
          lineNumbers(), foldGutter(), lintGutter(), history(), drawSelection(), indentOnInput(), bracketMatching(),
          highlightActiveLine(), highlightSelectionMatches(), yaml(), syntaxHighlighting(colours), look,
          linter(check, { delay: 400 }),
          EditorView.contentAttributes.of({ "aria-label": texts.editor, tabindex: "0" }),
          EditorView.updateListener.of((update) => {
            if (update.docChanged) calls.current.onChange(update.state.doc.toString());
          }),
          keymap.of([
            { key: "Mod-s", preventDefault: true, run: () => (calls.current.onSave(), true) },
            ...defaultKeymap, ...historyKeymap, ...searchKeymap, ...lintKeymap, indentWithTab,
          ]),
        ],
      }),
    });
    view.current = editor;
    return () => editor.destroy();
  }, []);

  useImperativeHandle(ref, () => ({
    goTo(line) {
      const editor = view.current;
      if (!editor) return;
      const at = editor.state.doc.line(Math.min(Math.max(line, 1), editor.state.doc.lines));
      editor.dispatch({ selection: { anchor: at.from }, effects: EditorView.scrollIntoView(at.from, { y: "center" }) });
      editor.focus();
    },
    replace(text) {
      view.current?.dispatch({ changes: { from: 0, to: view.current.state.doc.length, insert: text } });
    },
  }));

  return <div ref={host} className="h-full min-h-0 overflow-hidden" />;
}
