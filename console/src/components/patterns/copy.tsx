import { Check, Copy } from "lucide-react";
import { useEffect, useState } from "react";
import { toast } from "@/components/patterns/toasts";
import { cn } from "@/components/ui/cn";
import { common } from "@/i18n/common";

const SHOWN_MS = 1500;

/** Puts a text into the clipboard and says so. */
export function CopyButton({ text, label = common.copy, className }: { text: string; label?: string; className?: string }) {
  const [copied, setCopied] = useState(false);
  useEffect(() => {
    if (!copied) return;
    const timer = setTimeout(() => setCopied(false), SHOWN_MS);
    return () => clearTimeout(timer);
  }, [copied]);
  const copy = async () => {
    try {
      await navigator.clipboard.writeText(text);
      setCopied(true);
    } catch (error) {
      toast.failed(error);
    }
  };
  const Icon = copied ? Check : Copy;
  return (
    <button
      type="button"
      title={copied ? common.copied : label}
      aria-label={copied ? common.copied : label}
      className={cn("text-soft hover:text-ink hover:bg-sunken grid size-11 place-items-center rounded-lg sm:size-8", className)}
      onClick={() => void copy()}
    >
      <Icon className={cn("size-3.5", copied && "text-good")} aria-hidden />
    </button>
  );
}
