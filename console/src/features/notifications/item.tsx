import { useMutation, useQueryClient } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { Check, CircleAlert, Info, TriangleAlert } from "lucide-react";
import { notificationKeys, notifications } from "@/api/notifications";
import type { NotificationOut } from "@/api/schema";
import { toast } from "@/components/patterns/toasts";
import { cn } from "@/components/ui/cn";
import { format } from "@/i18n/catalogue";
import { placeOf, say } from "./told";
import { texts } from "./texts";
import { useAgentNames } from "./use-agent-names";

const LOOKS = {
  grave: { icon: CircleAlert, colour: "bg-bad-wash text-bad" },
  warning: { icon: TriangleAlert, colour: "bg-warn-wash text-warn" },
  info: { icon: Info, colour: "bg-info-wash text-info" },
} as const;

/** Marks some, or all up to a moment, as read. */
export function useReading() {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: (which: { ids: string[] } | { before: string }) =>
      "ids" in which ? notifications.read(which.ids) : notifications.readAll(which.before),
    onSuccess: () => queries.invalidateQueries({ queryKey: notificationKeys.all }),
    onError: toast.failed,
  });
}

/** One notification: what it says, where it leads, and whether it was read. */
export function Item({ one, onOpen, marking }: { one: NotificationOut; onOpen?: () => void; marking?: boolean }) {
  const reading = useReading();
  const { title, detail } = say(one, useAgentNames());
  const { icon: Icon, colour } = LOOKS[one.severity];
  const open = () => {
    if (one.unread) reading.mutate({ ids: [one.id] });
    onOpen?.();
  };
  return (
    <li className={cn("hover:bg-sunken/60 relative flex items-start gap-3 px-4 py-3.5 transition-colors", one.unread && "bg-accent-wash/35")}>
      <span className={cn("mt-0.5 grid size-9 shrink-0 place-items-center rounded-full", colour)}>
        <Icon className="size-[1.1rem]" aria-hidden />
      </span>
      <div className="min-w-0 flex-1 text-sm">
        <Link
          {...placeOf(one)}
          onClick={open}
          className={cn(
            "block break-words after:absolute after:inset-0 focus-visible:outline-none focus-visible:after:rounded-lg focus-visible:after:outline-2 focus-visible:after:-outline-offset-2 focus-visible:after:outline-accent",
            one.unread ? "font-semibold" : "font-medium",
          )}
        >
          {one.unread && <span className="sr-only">{texts.isUnread}: </span>}
          {title}
        </Link>
        <p className="text-soft mt-0.5 break-words">{detail}</p>
        <p className="text-soft mt-1 text-xs">
          <time dateTime={one.updated_at} title={format.date(one.updated_at)}>
            {format.ago(one.updated_at)}
          </time>
          {one.occurrences > 1 && <> · {texts.times(format.number(one.occurrences))}</>}
        </p>
      </div>
      {one.unread && !marking && <span aria-hidden className="bg-spark mt-2 size-2 shrink-0 rounded-full" />}
      {one.unread && marking && (
        <button
          type="button"
          aria-label={texts.markOne(title)}
          title={texts.markOne(title)}
          disabled={reading.isPending}
          onClick={() => reading.mutate({ ids: [one.id] })}
          className="text-soft hover:bg-line/50 hover:text-ink relative grid size-11 shrink-0 place-items-center rounded-lg"
        >
          <Check className="size-4" aria-hidden />
        </button>
      )}
    </li>
  );
}
