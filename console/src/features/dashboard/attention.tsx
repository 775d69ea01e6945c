import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { BellRing, ChevronRight, CircleX, FileWarning, PauseCircle, PlugZap, Sparkles, Ticket, type LucideIcon } from "lucide-react";
import { useState } from "react";
import { analyticsQueries } from "@/api/analytics";
import type { AttentionItem } from "@/api/schema";
import { Button } from "@/components/ui/button";
import { cn } from "@/components/ui/cn";
import { format } from "@/i18n/catalogue";
import { Bones, Part } from "./part";
import { texts } from "./texts";
import { wordsOf } from "./words";

const SHOWN = 5;
const ICONS: Record<AttentionItem["kind"], LucideIcon> = {
  handoff_waiting: BellRing,
  turns_failed: CircleX,
  agent_file_faults: FileWarning,
  agent_gaps: PlugZap,
  agent_paused_with_traffic: PauseCircle,
  ticket_open: Ticket,
};
const TONES = { critical: "bg-bad-wash text-bad", high: "bg-warn-wash text-warn", medium: "bg-info-wash text-info" };

/** What waits for a person, each a step away from where it is put right. */
export function Attention({ className }: { className?: string }) {
  const query = useQuery(analyticsQueries.attention());
  const [all, setAll] = useState(false);
  return (
    <Part title={texts.attention} query={query} className={className} skeleton={<Bones rows={4} className="h-14" />}>
      {({ items, total }) =>
        items.length ? (
          <>
            <ul className="divide-line mt-1 divide-y">
              {items.slice(0, all ? undefined : SHOWN).map((item) => (
                <Item key={item.id} item={item} />
              ))}
            </ul>
            {!all && (total ?? items.length) > SHOWN && (
              <div className="border-line border-t px-2 py-1 sm:px-3">
                <Button look="quiet" size="small" className="text-accent" onClick={() => setAll(true)}>
                  {texts.attentionMore((total ?? items.length) - SHOWN)}
                </Button>
              </div>
            )}
          </>
        ) : (
          <div className="flex flex-1 flex-col items-center justify-center px-6 pt-6 pb-10 text-center">
            <span className="bg-good-wash text-good mb-3 grid size-12 place-items-center rounded-2xl">
              <Sparkles className="size-5" aria-hidden />
            </span>
            <p className="text-sm font-semibold">{texts.quiet}</p>
            <p className="text-soft mt-1 max-w-xs text-sm">{texts.quietHint}</p>
          </div>
        )
      }
    </Part>
  );
}

function Item({ item }: { item: AttentionItem }) {
  const Icon = ICONS[item.kind];
  const { title, about } = wordsOf(item);
  return (
    <li className="hover:bg-sunken/60 relative flex items-center gap-3 px-5 py-3 transition-colors sm:px-6">
      <span className={cn("grid size-9 shrink-0 place-items-center rounded-xl", TONES[item.severity])}>
        <Icon className="size-4" role="img" aria-label={texts.severity[item.severity]} />
      </span>
      <span className="min-w-0 flex-1">
        <Target item={item}>{title}</Target>
        <span className="text-soft mt-0.5 flex gap-x-1 text-xs">
          {about && <span className="truncate">{about}</span>}
          {about && <span aria-hidden>·</span>}
          <time dateTime={item.at} title={format.date(item.at)} className="shrink-0">
            {format.ago(item.at)}
          </time>
        </span>
      </span>
      <ChevronRight className="text-soft size-4 shrink-0" aria-hidden />
    </li>
  );
}

const link =
  "block text-sm leading-snug font-semibold after:absolute after:inset-0 focus-visible:outline-none focus-visible:after:outline-2 focus-visible:after:-outline-offset-2 focus-visible:after:outline-accent";

function Target({ item, children }: { item: AttentionItem; children: string }) {
  const ofTalk = item.kind === "handoff_waiting" || item.kind === "turns_failed" || item.kind === "ticket_open";
  if (ofTalk && item.conversation_id) {
    return (
      <Link to="/conversations/$id" params={{ id: item.conversation_id }} className={link}>
        {children}
      </Link>
    );
  }
  if (!item.agent_slug) return <span className="block text-sm font-semibold">{children}</span>;
  return (
    <Link to="/agents/$slug" params={{ slug: item.agent_slug }} className={link}>
      {children}
    </Link>
  );
}
