import { Check, Copy } from "lucide-react";
import { useState } from "react";
import { common } from "@/i18n/common";

/** Puts a short text on the clipboard; where the browser forbids it, the text stays there to be marked by hand. */
export function CopyButton({ value, label }: { value: string; label: string }) {
  const [copied, setCopied] = useState(false);
  const Icon = copied ? Check : Copy;
  if (!(navigator.clipboard as Clipboard | undefined)) return null;
  const copy = () =>
    navigator.clipboard.writeText(value).then(
      () => setCopied(true),
      () => setCopied(false),
    );
  return (
    <button
      type="button"
      aria-label={copied ? common.copied : label}
      className="hover:bg-line/50 inline-grid size-11 place-items-center rounded-lg sm:size-9"
      onClick={() => void copy()}
    >
      <Icon className="size-3.5" aria-hidden />
    </button>
  );
}
