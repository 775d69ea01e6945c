import { Check, Copy } from "lucide-react";
import { useState } from "react";
import { Button } from "@/components/ui/button";
import { common } from "@/i18n/common";
import { toast } from "./toasts";

/** Puts a text on the clipboard and says so on itself. */
export function CopyButton({ text, label }: { text: string; label?: string }) {
  const [copied, setCopied] = useState(false);
  const copy = async () => {
    try {
      await navigator.clipboard.writeText(text);
      setCopied(true);
      setTimeout(() => setCopied(false), 2000);
    } catch (error) {
      toast.failed(error);
    }
  };
  const Icon = copied ? Check : Copy;
  return (
    <Button aria-label={label} onClick={() => void copy()}>
      <Icon aria-hidden /> <span aria-live="polite">{copied ? common.copied : common.copy}</span>
    </Button>
  );
}
