import { ArrowUp, Paperclip, Square, X } from "lucide-react";
import { useEffect, useRef, useState, type ReactNode } from "react";
import { Button } from "@/components/ui/button";
import { Textarea } from "@/components/ui/input";
import { texts } from "./texts";

interface Props {
  busy: boolean;
  stopping: boolean;
  /** What stands in the box at first; another text begins anew. */
  start?: string;
  /** Types of files the agent accepts; left out, it takes none. */
  accept?: string[];
  banner?: ReactNode;
  onSay: (text: string, files: File[]) => void;
  onStop: () => void;
}

/** Where one writes; Enter sends, Shift-Enter breaks the line. While the agent works, it stops it. */
export function Composer({ busy, stopping, start, accept, banner, onSay, onStop }: Props) {
  const [text, setText] = useState(start ?? "");
  const [files, setFiles] = useState<File[]>([]);
  const box = useRef<HTMLTextAreaElement>(null);
  useEffect(() => {
    if (start === undefined) return;
    setText(start);
    box.current?.focus();
  }, [start]);
  const send = () => {
    if (busy || !text.trim()) return;
    onSay(text, files);
    setText("");
    setFiles([]);
    box.current?.focus();
  };
  return (
    <form
      className="border-line border-t p-3"
      onSubmit={(event) => {
        event.preventDefault();
        send();
      }}
    >
      {banner}
      {files.length > 0 && <Chosen files={files} onDrop={(file) => setFiles(files.filter((each) => each !== file))} />}
      <div className="flex items-end gap-2">
        {accept && <Attach accept={accept} onChoose={(chosen) => setFiles([...files, ...chosen].slice(0, 10))} />}
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
        {busy ? (
          <Button size="icon" aria-label={stopping ? texts.stopping : texts.stop} busy={stopping} onClick={onStop}>
            {!stopping && <Square className="fill-current" aria-hidden />}
          </Button>
        ) : (
          <Button type="submit" look="primary" size="icon" aria-label={texts.send} disabled={!text.trim()}>
            <ArrowUp aria-hidden />
          </Button>
        )}
      </div>
    </form>
  );
}

function Attach({ accept, onChoose }: { accept: string[]; onChoose: (files: File[]) => void }) {
  const input = useRef<HTMLInputElement>(null);
  return (
    <>
      <input
        ref={input}
        type="file"
        multiple
        hidden
        accept={accept.join(",")}
        aria-label={texts.attach}
        onChange={(event) => {
          onChoose([...(event.target.files ?? [])]);
          event.target.value = "";
        }}
      />
      <Button look="quiet" size="icon" aria-label={texts.attach} onClick={() => input.current?.click()}>
        <Paperclip aria-hidden />
      </Button>
    </>
  );
}

function Chosen({ files, onDrop }: { files: File[]; onDrop: (file: File) => void }) {
  return (
    <ul className="mb-2 flex flex-wrap gap-2">
      {files.map((file) => (
        <li key={`${file.name}:${file.size}:${file.lastModified}`} className="bg-sunken flex items-center rounded-lg pl-3 text-xs font-medium">
          <span className="max-w-48 truncate">{file.name}</span>
          <button
            type="button"
            className="text-soft hover:text-ink grid size-11 place-items-center rounded-lg sm:size-8"
            aria-label={texts.detach(file.name)}
            onClick={() => onDrop(file)}
          >
            <X className="size-3.5" aria-hidden />
          </button>
        </li>
      ))}
    </ul>
  );
}
