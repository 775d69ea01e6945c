import { Fragment } from "react";

/** An explanation from the schema; what stands between backticks is set as code. */
export function Help({ id, text }: { id?: string; text: string }) {
  if (!text) return null;
  return (
    <p id={id} className="text-soft mt-1.5 text-xs leading-relaxed">
      {text.split("`").map((part, index) =>
        index % 2 ? (
          <code key={index} className="bg-sunken rounded px-1 py-0.5 font-mono text-[0.95em]">
            {part}
          </code>
        ) : (
          <Fragment key={index}>{part}</Fragment>
        ),
      )}
    </p>
  );
}
