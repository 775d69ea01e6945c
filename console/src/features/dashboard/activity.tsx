import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { Bot, CircleX, History, MessageCircle, MessageCircleOff } from "lucide-react";
import { analyticsQueries } from "@/api/analytics";
import type { ActivityItem } from "@/api/schema";
import { cn } from "@/components/ui/cn";
import { format } from "@/i18n/catalogue";
import { Bones, Part } from "./part";
import { texts } from "./texts";
import { toldOf } from "./words";

/** What happened last, each with a way to it. */
export function Activity({ className }: { className?: string }) {
  const query = useQuery(analyticsQueries.activity());
  return (
    <Part title={texts.activity} query={query} className={className} skeleton={<Bones rows={6} className="h-9" />}>
      {({ items }) =>
        items.length ? (
          <ol className="mt-1 flex-1 px-5 pb-4 sm:px-6">
            {items.map((item, index) => (
              <Event key={item.id} item={item} last={index === items.length - 1} />
            ))}
          </ol>
        ) : (
          <div className="flex flex-1 flex-col items-center justify-center px-6 pt-6 pb-10 text-center">
            <History className="text-soft mb-3 size-6" aria-hidden />
            <p className="text-sm font-semibold">{texts.activityEmpty}</p>
            <p className="text-soft mt-1 text-sm">{texts.activityEmptyHint}</p>
          </div>
        )
      }
    </Part>
  );
}

function iconOf(type: string) {
  if (type.startsWith("agent.")) return Bot;
  if (type.endsWith(".failed")) return CircleX;
  return type.endsWith(".closed") ? MessageCircleOff : MessageCircle;
}

/** The whole line leads there: a finger finds it. */
const link =
  "hover:text-accent inline-block py-0.5 leading-snug font-medium underline-offset-4 after:absolute after:inset-0 hover:underline";

function Event({ item, last }: { item: ActivityItem; last: boolean }) {
  const Icon = iconOf(item.type);
  const { title, about } = toldOf(item);
  const failed = item.type.endsWith(".failed");
  return (
    <li className="relative flex min-h-11 gap-3 pb-4 last:pb-0">
      {!last && <span aria-hidden className="bg-line absolute top-8 bottom-0 left-[0.9rem] w-px" />}
      <span
        className={cn("grid size-7 shrink-0 place-items-center rounded-full", failed ? "bg-bad-wash text-bad" : "bg-sunken text-soft")}
      >
        <Icon className="size-3.5" aria-hidden />
      </span>
      <div className="min-w-0 text-sm">
        {item.conversation_id ? (
          <Link to="/conversations/$id" params={{ id: item.conversation_id }} className={link}>
            {title}
          </Link>
        ) : item.agent_slug ? (
          <Link to="/agents/$slug" params={{ slug: item.agent_slug }} className={link}>
            {title}
          </Link>
        ) : (
          <span>{title}</span>
        )}
        <p className="text-soft text-xs">
          <time dateTime={item.at} title={format.date(item.at)} className="relative">
            {format.ago(item.at)}
          </time>
          {about && ` · ${about}`}
        </p>
      </div>
    </li>
  );
}
