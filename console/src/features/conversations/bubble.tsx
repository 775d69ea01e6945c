import { Clock, Download, Footprints, Headset, OctagonX, Paperclip, TriangleAlert } from "lucide-react";
import type { ReactNode } from "react";
import { conversations } from "@/api/conversations";
import type { MessageOut } from "@/api/schema";
import { CopyButton } from "@/components/patterns/copy";
import { save } from "@/components/patterns/save";
import { toast } from "@/components/patterns/toasts";
import { cn } from "@/components/ui/cn";
import { Mark } from "@/components/ui/mark";
import { format } from "@/i18n/catalogue";
import { RichText } from "./rich-text";
import { texts } from "./texts";

export function Bubble({ mine, children, foot }: { mine: boolean; children: ReactNode; foot?: ReactNode }) {
  return (
    <div className={cn("group/bubble flex gap-3", mine && "justify-end")}>
      {!mine && <Mark className="mt-0.5 size-7 shrink-0" />}
      <div className={cn("flex max-w-[85%] min-w-0 flex-col sm:max-w-[78%]", mine ? "items-end" : "items-start")}>
        <div
          className={cn(
            "max-w-full rounded-2xl px-4 py-2.5 text-[0.95rem] leading-relaxed break-words",
            mine ? "bg-accent-wash rounded-tr-md" : "bg-sunken rounded-tl-md",
          )}
        >
          {children}
        </div>
        {foot}
      </div>
    </div>
  );
}

/** A copied message knows the one it was copied from: its files and its run are there. */
function origin(message: MessageOut): { conversation_id: string; run_id: string | null } {
  const copied = message.metadata?.copied as { conversation_id: string; run_id: string | null } | undefined;
  return copied ?? { conversation_id: message.conversation_id, run_id: message.run_id };
}

export const runOf = (message: MessageOut): string | null => origin(message).run_id;

interface Shown {
  message: MessageOut;
  /** What was searched for, to be marked. */
  mark?: string;
  /** Shown as the one that a search or a turn pointed at. */
  pointed?: boolean;
  onSteps?: (run_id: string) => void;
  actions?: ReactNode;
}

/** A stored message with its files, its sources, its state and what can be done with it. */
export function MessageBubble({ message, mark, pointed, onSteps, actions }: Shown) {
  if (message.role === "system" || message.role === "tool") {
    return <p className="text-soft text-center text-xs">{message.content}</p>;
  }
  const mine = message.role === "user";
  const run = runOf(message);
  return (
    <div id={`message-${message.id}`} className={cn("scroll-mt-28 rounded-2xl", pointed && "outline-spark outline-2 outline-offset-4")}>
      <Bubble
        mine={mine}
        foot={
          <div className={cn("flex min-h-8 flex-wrap items-center gap-x-1", mine && "flex-row-reverse")}>
            <State message={message} />
            <time dateTime={message.created_at} title={format.date(message.created_at)} className="text-soft px-1 text-xs">
              {format.timeOfDay(message.created_at)}
            </time>
            <span className="flex opacity-0 transition-opacity group-focus-within/bubble:opacity-100 group-hover/bubble:opacity-100 [@media(hover:none)]:opacity-100">
              <CopyButton text={message.content} label={texts.copyMessage} />
              {run && onSteps && (
                <button
                  type="button"
                  title={texts.showSteps}
                  aria-label={texts.showSteps}
                  className="text-soft hover:text-ink hover:bg-sunken grid size-11 place-items-center rounded-lg sm:size-8"
                  onClick={() => onSteps(run)}
                >
                  <Footprints className="size-3.5" aria-hidden />
                </button>
              )}
              {actions}
            </span>
          </div>
        }
      >
        <RichText text={message.content} mark={mark} />
        <Files message={message} />
        <Sources message={message} />
      </Bubble>
      {message.metadata?.handoff === true && (
        <p className="text-warn border-line mt-3 flex items-center justify-center gap-2 border-t pt-3 text-xs font-semibold">
          <Headset className="size-4" aria-hidden /> {texts.handedOff}
        </p>
      )}
    </div>
  );
}

function State({ message }: { message: MessageOut }) {
  const status = message.metadata?.status as string | undefined;
  if (message.role !== "user" || !status) return null;
  const code = message.metadata?.problem_code;
  const [Icon, said, tone] =
    status === "waiting"
      ? [Clock, texts.waiting, "text-info"]
      : status === "running"
        ? [Clock, texts.running, "text-info"]
        : code === "turn_stopped"
          ? [OctagonX, texts.stopped, "text-soft"]
          : code === "turn_interrupted"
            ? [OctagonX, texts.interrupted, "text-soft"]
            : [TriangleAlert, texts.failed, "text-bad"];
  return (
    <span className={cn("flex items-center gap-1 text-xs font-semibold", String(tone))}>
      <Icon className="size-3.5" aria-hidden /> {said}
    </span>
  );
}

function Files({ message }: { message: MessageOut }) {
  if (!message.attachments?.length) return null;
  const load = async (id: string, name: string) => {
    try {
      save(await conversations.download(origin(message).conversation_id, id), name);
    } catch (error) {
      toast.failed(error);
    }
  };
  return (
    <ul className="mt-2 flex flex-wrap gap-2">
      {message.attachments.map((file) => (
        <li key={file.id}>
          <button
            type="button"
            aria-label={texts.download(file.name)}
            className="border-line-strong/60 bg-surface hover:bg-sunken flex min-h-11 max-w-60 items-center gap-2 rounded-lg border px-3 text-xs font-medium sm:min-h-9"
            onClick={() => void load(file.id, file.name)}
          >
            <Paperclip className="size-3.5 shrink-0" aria-hidden />
            <span className="truncate">{file.name}</span>
            <span className="text-soft shrink-0">{format.bytes(file.size)}</span>
            <Download className="size-3.5 shrink-0" aria-hidden />
          </button>
        </li>
      ))}
    </ul>
  );
}

function Sources({ message }: { message: MessageOut }) {
  if (!message.citations?.length) return null;
  return (
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
  );
}
