import type { ReactNode } from "react";
import type { MessageOut } from "@/api/schema";
import { cn } from "@/components/ui/cn";
import { Mark } from "@/components/ui/mark";
import { texts } from "@/features/playground/texts";

export function Bubble({ mine, children }: { mine: boolean; children: ReactNode }) {
  return (
    <div className={cn("flex gap-3", mine && "justify-end")}>
      {!mine && <Mark className="mt-0.5 size-7 shrink-0" />}
      <div
        className={cn(
          "max-w-[85%] rounded-2xl px-4 py-2.5 text-[0.95rem] leading-relaxed break-words whitespace-pre-wrap sm:max-w-[75%]",
          mine ? "bg-accent-wash rounded-tr-md" : "bg-sunken rounded-tl-md",
        )}
      >
        {children}
      </div>
    </div>
  );
}

/** A stored message with its sources. */
export function MessageBubble({ message }: { message: MessageOut }) {
  if (message.role === "system" || message.role === "tool") {
    return <p className="text-soft text-center text-xs">{message.content}</p>;
  }
  return (
    <Bubble mine={message.role === "user"}>
      <RichText text={message.content} />
      {message.citations && message.citations.length > 0 && (
        <details className="border-line mt-2 border-t pt-2 text-xs">
          <summary className="text-soft flex min-h-8 cursor-pointer items-center font-semibold">
            {texts.sources} ({message.citations.length})
          </summary>
          <ul className="space-y-2">
            {message.citations.map((each, index) => (
              <li key={index}>
                <p className="font-semibold">{each.title}</p>
                <p className="text-soft">{each.passage}</p>
              </li>
            ))}
          </ul>
        </details>
      )}
    </Bubble>
  );
}

/** Text with its **bold** passages; anything else stays as written. */
export function RichText({ text }: { text: string }) {
  return text
    .split(/\*\*(.+?)\*\*/g)
    .map((part, index) => (index % 2 ? <strong key={index}>{part}</strong> : part));
}
