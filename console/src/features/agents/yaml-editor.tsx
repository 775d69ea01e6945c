import { completionKeymap } from "@codemirror/autocomplete";
import { defaultKeymap, history, historyKeymap, indentWithTab } from "@codemirror/commands";
import { yaml } from "@codemirror/lang-yaml";
import { bracketMatching, foldGutter, HighlightStyle, indentOnInput, syntaxHighlighting } from "@codemirror/language";
import { type Diagnostic, lintGutter, lintKeymap, setDiagnostics } from "@codemirror/lint";
import { highlightSelectionMatches, searchKeymap } from "@codemirror/search";
import { EditorState, StateEffect, StateField, type Text } from "@codemirror/state";
import { Decoration, type DecorationSet, drawSelection, EditorView, highlightActiveLine, keymap, lineNumbers } from "@codemirror/view";
import { tags } from "@lezer/highlight";
import { type Ref, useEffect, useImperativeHandle, useRef } from "react";
import type { Fault } from "@/api/problem";
import { nonce } from "@/nonce";
import type { Checked } from "./configuration/checked";
import { type Known, yamlHelp } from "./configuration/yaml-extensions";
import { texts } from "./texts";

export interface EditorHandle {
  goTo: (line: number) => void;
  /** Brings lines into view and marks them, without taking the cursor there. */
  reveal: (from: number, to: number) => void;
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
  // The gutters lie over the outline.
  "&:focus-within::after": { content: '""', position: "absolute", inset: "0", border: "2px solid var(--accent-ink)", borderRadius: "0.9rem", pointerEvents: "none", zIndex: "300" },
  ".cm-scroller": { fontFamily: "var(--font-mono, monospace)", lineHeight: "1.6" },
  ".cm-gutters": { backgroundColor: "var(--surface)", color: "var(--ink-soft)", border: "none" },
  ".cm-activeLine": { backgroundColor: "color-mix(in srgb, var(--accent-wash) 45%, transparent)" },
  ".cm-revealed": { backgroundColor: "var(--accent-wash)", boxShadow: "inset 3px 0 var(--spark)" },
  ".cm-cursor": { borderLeftColor: "var(--ink)" },
  "&.cm-focused .cm-selectionBackground, .cm-selectionBackground": {
    backgroundColor: "color-mix(in srgb, var(--thunder) 30%, transparent) !important",
  },
  ".cm-tooltip, .cm-panels": { backgroundColor: "var(--raised)", color: "var(--ink)", borderColor: "var(--line)" },
  ".cm-tooltip": { borderRadius: "10px", boxShadow: "var(--shadow)", overflow: "hidden", maxWidth: "28rem" },
  ".cm-tooltip.cm-tooltip-autocomplete > ul": { fontFamily: "var(--font-mono, monospace)", maxHeight: "16rem" },
  ".cm-tooltip.cm-tooltip-autocomplete > ul > li": { padding: "5px 12px", lineHeight: "1.5" },
  ".cm-tooltip.cm-tooltip-autocomplete > ul > li[aria-selected]": { backgroundColor: "var(--accent-wash)", color: "var(--ink)" },
  ".cm-completionDetail": { color: "var(--ink-soft)", fontStyle: "normal", marginLeft: "1rem" },
  ".cm-tooltip.cm-completionInfo": { padding: "10px 12px", lineHeight: "1.5" },
  ".cm-explanation": { padding: "10px 14px", lineHeight: "1.5", fontFamily: "var(--font-sans, sans-serif)" },
  ".cm-explanation em": { color: "var(--ink-soft)", fontStyle: "normal" },
});

const reveal = StateEffect.define<{ from: number; to: number }>();
const revealed = StateField.define<DecorationSet>({
  create: () => Decoration.none,
  update(marks, transaction) {
    const effect = transaction.effects.find((each) => each.is(reveal));
    if (!effect) return marks.map(transaction.changes);
    const { doc } = transaction.state;
    const [from, to] = [effect.value.from, effect.value.to].map((line) => Math.min(Math.max(line, 1), doc.lines));
    const lines = Array.from({ length: (to ?? 1) - (from ?? 1) + 1 }, (_, index) => doc.line((from ?? 1) + index).from);
    return Decoration.set(lines.map((at) => Decoration.line({ class: "cm-revealed" }).range(at)));
  },
  provide: (field) => EditorView.decorations.from(field),
});

function diagnosticOf(doc: Text, fault: Fault, severity: "error" | "warning"): Diagnostic {
  const line = doc.line(Math.min(Math.max(fault.line ?? 1, 1), doc.lines));
  const from = Math.min(line.from + Math.max((fault.column ?? 1) - 1, 0), line.to);
  return { from, to: Math.max(line.to, from), severity, message: [fault.message, fault.cure].filter(Boolean).join(" ") };
}

/** The one stretch in which two texts differ, so that cursor, history and folds outside of it stay. */
export function stretch(before: string, after: string): { from: number; to: number; insert: string } {
  let from = 0;
  while (from < before.length && from < after.length && before[from] === after[from]) from += 1;
  let end = 0;
  const most = Math.min(before.length, after.length) - from;
  while (end < most && before[before.length - 1 - end] === after[after.length - 1 - end]) end += 1;
  return { from, to: before.length - end, insert: after.slice(from, after.length - end) };
}

/** What the bar below the page may cover. */
const BAR_PIXELS = 80;
const LOOKS_AGAIN = 3;

/** The height of wrapped lines out of sight is only guessed until they were drawn, so it is done once more then. */
function bringIntoView(editor: EditorView, at: number, y: "center" | "nearest", again = LOOKS_AGAIN): void {
  if (!editor.dom.isConnected || at > editor.state.doc.length) return;
  editor.dispatch({ effects: EditorView.scrollIntoView(at, { y, yMargin: 80 }) });
  if (again) requestAnimationFrame(() => bringIntoView(editor, at, y, again - 1));
}

interface Props {
  text: string;
  onChange: (text: string) => void;
  onSave: () => void;
  checked: Checked;
  /** What completion and explanations are made of; without it there are none. */
  known?: Known;
  readOnly?: boolean;
  ref: Ref<EditorHandle>;
}

/** YAML with the server's faults at their lines. Escape, then Tab leaves it by keyboard. */
export function YamlEditor({ text, onChange, onSave, checked, known, readOnly = false, ref }: Props) {
  const host = useRef<HTMLDivElement>(null);
  const view = useRef<EditorView>(null);
  const calls = useRef({ onChange, onSave, known });
  calls.current = { onChange, onSave, known };
  const first = useRef({ text, readOnly });
  // What was typed here comes back as `text` a moment later, when more may have been typed already.
  const told = useRef(new Set<string>());

  useEffect(() => {
    if (!host.current) return;
    const editor = new EditorView({
      parent: host.current,
      state: EditorState.create({
        doc: first.current.text,
        extensions: [
          EditorView.cspNonce.of(nonce),
          lineNumbers(), foldGutter(), lintGutter(), history(), drawSelection(), indentOnInput(), bracketMatching(),
          highlightActiveLine(), highlightSelectionMatches(), EditorView.lineWrapping, yaml(), syntaxHighlighting(colours), look, revealed,
          EditorView.scrollMargins.of(() => ({ bottom: BAR_PIXELS })),
          EditorState.readOnly.of(first.current.readOnly),
          yamlHelp(() => calls.current.known?.() ?? null),
          EditorView.contentAttributes.of({ "aria-label": texts.editor, tabindex: "0" }),
          EditorView.updateListener.of((update) => {
            if (!update.docChanged) return;
            const now = update.state.doc.toString();
            told.current.add(now);
            calls.current.onChange(now);
          }),
          keymap.of([
            { key: "Mod-s", preventDefault: true, run: () => (calls.current.onSave(), true) },
            ...completionKeymap, ...defaultKeymap, ...historyKeymap, ...searchKeymap, ...lintKeymap, indentWithTab,
          ]),
        ],
      }),
    });
    view.current = editor;
    // The editor watches its frame alone; lines that become higher or lower within it would be misplaced.
    const resized = new ResizeObserver(() => editor.requestMeasure());
    resized.observe(editor.contentDOM);
    return () => {
      resized.disconnect();
      editor.destroy();
    };
  }, []);

  useEffect(() => {
    const editor = view.current;
    if (!editor) return;
    const present = editor.state.doc.toString();
    if (present !== text && told.current.has(text)) return;
    told.current.clear();
    if (present !== text) editor.dispatch({ changes: stretch(present, text) });
  }, [text]);

  useEffect(() => {
    const editor = view.current;
    if (!editor || checked.state === "checking") return;
    const { doc } = editor.state;
    const found = [
      ...checked.faults.map((each) => diagnosticOf(doc, each, "error")),
      ...checked.warnings.map((each) => diagnosticOf(doc, each, "warning")),
    ];
    editor.dispatch(setDiagnostics(editor.state, found));
  }, [checked]);

  useImperativeHandle(ref, () => ({
    goTo(line) {
      const editor = view.current;
      if (!editor) return;
      const at = editor.state.doc.line(Math.min(Math.max(line, 1), editor.state.doc.lines));
      editor.dispatch({ selection: { anchor: at.from } });
      editor.focus();
      bringIntoView(editor, at.from, "center");
    },
    reveal(from, to) {
      const editor = view.current;
      if (!editor) return;
      const at = editor.state.doc.line(Math.min(Math.max(from, 1), editor.state.doc.lines)).from;
      editor.dispatch({ effects: reveal.of({ from, to }) });
      bringIntoView(editor, at, "nearest");
    },
  }));

  return <div ref={host} className="h-full min-h-0 overflow-hidden" />;
}
