import type { ReactNode } from "react";

/** Text with the little formatting that models write; anything else stays as written, and nothing is markup. */
export function RichText({ text, mark }: { text: string; mark?: string }) {
  const hits = hitsOf(mark);
  return (
    <div className="space-y-2">
      {blocksOf(text).map((block, index) => (
        <Block key={index} block={block} hits={hits} />
      ))}
    </div>
  );
}

export type Piece = { kind: "text"; text: string } | { kind: "code"; text: string } | { kind: "list"; ordered: boolean; items: string[] };

const FENCE = /^```[\w-]*\s*$/;
const BULLET = /^\s*[-*•]\s+(.*)$/;
const NUMBER = /^\s*\d{1,3}[.)]\s+(.*)$/;
const INLINE = /(\*\*[^*\n]+\*\*|`[^`\n]+`|https?:\/\/[^\s<>"')\]]+[^\s<>"')\].,;:!?])/g;

/** Paragraphs, fenced code and lists, in order. */
export function blocksOf(text: string): Piece[] {
  const blocks: Piece[] = [];
  let fenced: string[] | null = null;
  let open = false;
  for (const line of text.split("\n")) {
    if (FENCE.test(line)) {
      if (fenced) blocks.push({ kind: "code", text: fenced.join("\n") });
      fenced = fenced ? null : [];
      open = false;
      continue;
    }
    if (fenced) {
      fenced.push(line);
      continue;
    }
    const item = BULLET.exec(line) ?? NUMBER.exec(line);
    const ordered = !BULLET.test(line);
    const last = blocks.at(-1);
    if (item) {
      if (open && last?.kind === "list" && last.ordered === ordered) last.items.push(item[1] ?? "");
      else blocks.push({ kind: "list", ordered, items: [item[1] ?? ""] });
      open = true;
    } else if (!line.trim()) {
      open = false;
    } else if (open && last?.kind === "text") {
      last.text += `\n${line}`;
    } else {
      blocks.push({ kind: "text", text: line });
      open = true;
    }
  }
  if (fenced) blocks.push({ kind: "code", text: fenced.join("\n") });
  return blocks;
}

function Block({ block, hits }: { block: Piece; hits: RegExp | null }) {
  if (block.kind === "code") {
    return (
      <pre className="bg-canvas border-line overflow-x-auto rounded-lg border p-3 font-mono text-xs whitespace-pre" tabIndex={0}>
        {marked(block.text, hits)}
      </pre>
    );
  }
  if (block.kind === "text") return <p className="whitespace-pre-wrap">{inline(block.text, hits)}</p>;
  const items = block.items.map((item, index) => <li key={index}>{inline(item, hits)}</li>);
  return block.ordered ? (
    <ol className="list-decimal space-y-1 pl-5">{items}</ol>
  ) : (
    <ul className="list-disc space-y-1 pl-5">{items}</ul>
  );
}

function inline(text: string, hits: RegExp | null): ReactNode[] {
  return text.split(INLINE).map((part, index) => {
    if (index % 2 === 0) return <span key={index}>{marked(part, hits)}</span>;
    if (part.startsWith("**")) return <strong key={index}>{marked(part.slice(2, -2), hits)}</strong>;
    if (part.startsWith("`")) {
      return (
        <code key={index} className="bg-canvas rounded px-1 py-0.5 font-mono text-[0.85em]">
          {marked(part.slice(1, -1), hits)}
        </code>
      );
    }
    return (
      <a key={index} href={part} target="_blank" rel="noopener noreferrer nofollow" className="text-accent break-all underline">
        {marked(part, hits)}
      </a>
    );
  });
}

/** What was searched for: every word, the last one as the beginning of one. */
export function hitsOf(search: string | undefined): RegExp | null {
  const words = (search ?? "").split(/[^\p{L}\p{N}]+/u).filter(Boolean);
  if (!words.length) return null;
  const last = words.length - 1;
  const each = words.map((word, index) => (index === last && word.length >= 3 ? `${word}[\\p{L}\\p{N}]*` : word));
  return new RegExp(`(?<![\\p{L}\\p{N}])(${each.join("|")})(?![\\p{L}\\p{N}])`, "giu");
}

function marked(text: string, hits: RegExp | null): ReactNode {
  if (!hits) return text;
  return text.split(hits).map((part, index) =>
    index % 2 ? (
      <mark key={index} className="bg-lightning text-on-spark rounded-sm">
        {part}
      </mark>
    ) : (
      part
    ),
  );
}
