/** The schema's help inside the editor: completion while typing, an explanation on hover. */
import { autocompletion, type Completion, type CompletionContext, type CompletionResult } from "@codemirror/autocomplete";
import type { Extension } from "@codemirror/state";
import { hoverTooltip, type Tooltip } from "@codemirror/view";
import type { FileSchema } from "./schema";
import { texts } from "./texts";
import { explain, type Explanation, offersAt, type Words } from "./yaml-help";
import { pathOfLine } from "./yaml-place";

export type Known = () => { schema: FileSchema; words: Words } | null;

export function yamlHelp(known: Known): Extension[] {
  return [
    autocompletion({ override: [(context) => complete(context, known)], icons: false, defaultKeymap: true }),
    hoverTooltip((view, position) => {
      const told = known();
      const line = view.state.doc.lineAt(position);
      const place = told && pathOfLine(view.state.doc.toString(), line.number - 1);
      const column = position - line.from;
      if (!place || column < place.from || column > place.to) return null;
      const explanation = explain(place.path, told.schema);
      return explanation ? tooltip(line.from + place.from, explanation) : null;
    }),
  ];
}

function complete(context: CompletionContext, known: Known): CompletionResult | null {
  const told = known();
  const line = context.state.doc.lineAt(context.pos);
  const typed = line.text.slice(0, context.pos - line.from);
  if (!told || (!context.explicit && !/[\w{]$|: $|- $/.test(typed))) return null;
  const found = offersAt(context.state.doc.toString(), line.number - 1, context.pos - line.from, told.schema, told.words);
  if (!found?.offers.length) return null;
  const options = found.offers.map(
    (each, index): Completion => ({
      label: each.label, detail: each.detail, info: each.info, apply: each.insert, type: each.type, boost: -index / 100,
    }),
  );
  return { from: context.pos - found.replace, options, validFor: /^[\w-]*$/ };
}

const NAMES = { holds: texts.holds, allowed: texts.allowed, default: texts.default, limits: texts.limits, example: texts.example };

function tooltip(pos: number, { title, help, facts, required }: Explanation): Tooltip {
  return {
    pos,
    above: true,
    create() {
      const dom = document.createElement("div");
      dom.className = "cm-explanation";
      const head = dom.appendChild(document.createElement("strong"));
      head.textContent = required ? `${title} · ${texts.needed}` : title;
      dom.appendChild(document.createElement("p")).textContent = help.replaceAll("`", "");
      for (const [name, text] of facts) {
        const line = dom.appendChild(document.createElement("p"));
        line.append(Object.assign(document.createElement("em"), { textContent: `${NAMES[name]}: ` }), text);
      }
      return { dom };
    },
  };
}
