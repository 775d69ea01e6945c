import { CopyButton } from "@/components/patterns/copy";

/** A value as indented JSON, which wraps rather than overflows. */
export function JsonView({ value, label }: { value: unknown; label?: string }) {
  const text = JSON.stringify(value, null, 2);
  return (
    <figure className="relative">
      {label && <figcaption className="text-soft mb-1 text-xs font-semibold">{label}</figcaption>}
      <pre className="bg-sunken border-line max-h-80 overflow-y-auto rounded-lg border p-3 pr-12 font-mono text-xs leading-relaxed wrap-anywhere whitespace-pre-wrap" tabIndex={0}>
        {text}
      </pre>
      <CopyButton text={text} className="bg-sunken absolute right-1 bottom-1" />
    </figure>
  );
}
