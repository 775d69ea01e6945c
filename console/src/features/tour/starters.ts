/** Questions that an agent surely understands: its widget's starters, else an example of each of its tools. */
const MOST = 4;

interface Told {
  widget?: { starters?: string[] };
  tools?: (string | { examples?: string[] })[];
}

export function startersOf(spec: Record<string, unknown> | undefined): string[] {
  const { widget, tools = [] } = (spec ?? {}) as Told;
  const named = widget?.starters ?? [];
  const examples = tools.flatMap((tool) => (typeof tool === "string" ? [] : (tool.examples ?? []).slice(0, 1)));
  return [...new Set(named.length ? named : examples)].slice(0, MOST).map(asQuestion);
}

const ASKING = /^(what|which|who|where|when|why|how|can|could|do|does|is|are|will|would)\b/i;

/** Examples are written as people type; on a button they begin with a capital and end as a sentence. */
function asQuestion(text: string): string {
  const whole = text.trim();
  const capital = whole.charAt(0).toUpperCase() + whole.slice(1);
  return ASKING.test(whole) && !/[?.!]$/.test(whole) ? `${capital}?` : capital;
}
