import { Check, Copy } from "lucide-react";
import { useEffect, useState } from "react";
import { Button } from "@/components/ui/button";
import { cn } from "@/components/ui/cn";
import { common } from "@/i18n/common";
import { toast } from "./toasts";

const SHOWN_MS = 1500;

function useCopy(text: string) {
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
  return { copied, copy, Icon: copied ? Check : Copy };
}

/** Puts a text on the clipboard and says so: a small mark in the corner of what is copied. */
export function CopyButton({ text, label = common.copy, className }: { text: string; label?: string; className?: string }) {
  const { copied, copy, Icon } = useCopy(text);
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

/** The same as a button with its word; `label` is what it copies, for those who hear it alone. */
export function CopyAction({ text, label }: { text: string; label: string }) {
  const { copied, copy, Icon } = useCopy(text);
  const word = copied ? common.copied : common.copy;
  return (
    <Button aria-label={`${word}: ${label}`} onClick={() => void copy()}>
      <Icon aria-hidden /> <span aria-live="polite">{word}</span>
    </Button>
  );
}
