import { ArrowUp } from "lucide-react";
import { useEffect, useRef, useState } from "react";
import { Button } from "@/components/ui/button";
import { Textarea } from "@/components/ui/input";
import { texts } from "./texts";

/** Where one writes; Enter sends, Shift-Enter breaks the line. A failed text comes back through `restore`. */
export function Composer({ busy, onSay, restore }: { busy: boolean; onSay: (text: string) => void; restore?: string }) {
  const [text, setText] = useState("");
  const box = useRef<HTMLTextAreaElement>(null);
  useEffect(() => {
    if (restore) setText((now) => now || restore);
  }, [restore]);
  const send = () => {
    if (busy || !text.trim()) return;
    onSay(text);
    setText("");
    box.current?.focus();
  };
  return (
    <form
      className="border-line flex items-end gap-2 border-t p-3"
      onSubmit={(event) => {
        event.preventDefault();
        send();
      }}
    >
      <Textarea
        ref={box}
        rows={1}
        aria-label={texts.message}
        placeholder={texts.placeholder}
        className="field-sizing-content max-h-40 resize-none"
        value={text}
        maxLength={32_000}
        onChange={(event) => setText(event.target.value)}
        onKeyDown={(event) => {
          if (event.key !== "Enter" || event.shiftKey || event.nativeEvent.isComposing) return;
          event.preventDefault();
          send();
        }}
      />
      <Button type="submit" look="primary" size="icon" aria-label={texts.send} disabled={!text.trim() || busy}>
        <ArrowUp aria-hidden />
      </Button>
    </form>
  );
}
