/** How values are written into an agent file: quotes only where another reader of YAML could misread. */

const AMBIGUOUS = /^(true|false|yes|no|on|off|y|n|null|nan|inf)$/i;
const PLAIN = /^[\p{L}_/](?:[^\s#:]|:(?=\S)|[ ](?=\S)|#)*$/u;
export const LINE_WIDTH = 120;

export type Style = "plain" | "double" | "single" | "literal" | "folded";

function isPlain(text: string, flow: boolean): boolean {
  if (!PLAIN.test(text) || AMBIGUOUS.test(text)) return false;
  if (text.includes(" #") || text.endsWith(":")) return false;
  return !(flow && /[,[\]{}]/.test(text));
}

function quoted(text: string): string {
  return JSON.stringify(text);
}

/** Text broken at spaces; null when the breaks could not be undone. */
function fold(text: string, pad: string): string[] | null {
  if (/^\s|\s$|\s{2}|[\n\t]/.test(text)) return null;
  const lines: string[] = [];
  let line = "";
  for (const word of text.split(" ")) {
    if (line && pad.length + line.length + 1 + word.length > LINE_WIDTH) {
      lines.push(line);
      line = word;
    } else {
      line = line ? `${line} ${word}` : word;
    }
  }
  return [...lines, line];
}

/** A text after `key: ` or `- `. `indent` is that of the lines below, `header` the `|` or `>-` that stood there. */
export function writeText(text: string, { style = "plain", flow = false, indent, header, room = 0 }: {
  style?: Style;
  flow?: boolean;
  indent: number;
  header?: string;
  room?: number;
}): string {
  const pad = " ".repeat(indent);
  const body = text.replace(/\n+$/, "");
  if (!flow && body && (body.includes("\n") || style === "literal") && !/^\s/.test(body) && !/[ \t]$/m.test(body)) {
    const chomp = header?.startsWith("|") ? header : `|${text.endsWith("\n") || style === "literal" ? "" : "-"}`;
    return `${chomp}\n${body.split("\n").map((line) => (line ? pad + line : "")).join("\n")}`;
  }
  if (flow || text.includes("\n")) return style === "plain" && isPlain(text, flow) ? text : quoted(text);
  const folded = style === "folded" || (style === "plain" && room + text.length > LINE_WIDTH) ? fold(text, pad) : null;
  if (folded) return `${header?.startsWith(">") ? header : ">-"}\n${folded.map((line) => pad + line).join("\n")}`;
  if (style === "single") return `'${text.replaceAll("'", "''")}'`;
  if (style === "double") return quoted(text);
  return isPlain(text, flow) ? text : quoted(text);
}

export function writeKey(key: string): string {
  return isPlain(key, true) || /^\w+$/.test(key) && !/^\d/.test(key) ? key : quoted(key);
}

function writeFlow(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(writeFlow).join(", ")}]`;
  if (value && typeof value === "object") {
    return `{${Object.entries(value).map(([key, each]) => `${writeKey(key)}: ${writeFlow(each)}`).join(", ")}}`;
  }
  return typeof value === "string" ? writeText(value, { flow: true, indent: 0 }) : String(value);
}

/** Any value after `key:`, with the space or line break before it. `column` is the key's own column. */
export function writeAfterKey(value: unknown, column: number, flow = false, room = 0): string {
  if (flow) return ` ${writeFlow(value)}`;
  if (typeof value === "string") return ` ${writeText(value, { indent: column + 2, room: column + room })}`;
  if (Array.isArray(value) && value.length) return `\n${writeItems(value, column + 2)}`;
  if (value && typeof value === "object" && Object.keys(value).length) return `\n${writeKeys(value, column + 2)}`;
  return ` ${writeFlow(value)}`;
}

export function writeKeys(value: object, column: number): string {
  const pad = " ".repeat(column);
  return Object.entries(value)
    .map(([key, each]) => `${pad}${writeKey(key)}:${writeAfterKey(each, column, false, key.length + 2)}`)
    .join("\n");
}

/** An item after `- `, whose dash stands in `column`. */
export function writeItem(value: unknown, column: number, flow = false): string {
  if (flow) return writeFlow(value);
  if (typeof value === "string") return writeText(value, { indent: column + 2, room: column + 2 });
  if (value && typeof value === "object" && !Array.isArray(value) && Object.keys(value).length) {
    return writeKeys(value, column + 2).trimStart();
  }
  return writeFlow(value);
}

function writeItems(values: unknown[], column: number): string {
  return values.map((each) => `${" ".repeat(column)}- ${writeItem(each, column)}`).join("\n");
}
