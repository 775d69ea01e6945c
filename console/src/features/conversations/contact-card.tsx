import { Link } from "@tanstack/react-router";
import { UserRound } from "lucide-react";
import type { ReactNode } from "react";
import type { ConversationOut } from "@/api/schema";
import { Card } from "@/components/ui/card";
import { format } from "@/i18n/catalogue";
import { channelName } from "@/i18n/common";
import { contactName } from "./names";
import { texts } from "./texts";

/** Who is talking, with whom and how: what one looks for beside a talk. */
export function ContactCard({ talk }: { talk: ConversationOut }) {
  const held = [
    talk.version && texts.version(talk.version),
    talk.model,
    talk.simulated_channel && texts.plays(channelName(talk.simulated_channel)),
  ].filter(Boolean);
  return (
    <Card aria-label={texts.contactCard} className="p-5">
      <div className="flex items-center gap-3">
        <span className="bg-accent-wash text-accent grid size-11 shrink-0 place-items-center rounded-full">
          <UserRound className="size-5" aria-hidden />
        </span>
        <div className="min-w-0">
          <h2 className="truncate text-sm font-bold">{contactName(talk)}</h2>
          <Link to={`/contacts/${talk.contact.id}` as string} className="text-accent flex min-h-11 items-center text-sm font-semibold underline-offset-4 hover:underline sm:min-h-0">
            {texts.openContact}
          </Link>
        </div>
      </div>
      <dl className="mt-4 grid grid-cols-[auto_1fr] gap-x-4 gap-y-2 text-sm">
        {talk.contact.external_id && <Fact name={texts.ownId}>{talk.contact.external_id}</Fact>}
        <Fact name={texts.agent}>
          <Link to="/agents/$slug" params={{ slug: talk.agent_slug }} className="font-medium underline underline-offset-4">
            {talk.agent_name}
          </Link>
        </Fact>
        <Fact name={texts.channel}>{channelName(talk.channel)}</Fact>
        <Fact name={texts.started}>{format.date(talk.created_at)}</Fact>
        <Fact name={texts.updated}>{format.ago(talk.updated_at)}</Fact>
        {held.length > 0 && <Fact name={texts.held}>{held.join(", ")}</Fact>}
        {talk.forked_from && (
          <Fact name={texts.forkedFrom}>
            <Link to="/conversations/$id" params={{ id: talk.forked_from }} className="font-medium underline underline-offset-4">
              {texts.theOriginal}
            </Link>
          </Fact>
        )}
      </dl>
    </Card>
  );
}

function Fact({ name, children }: { name: string; children: ReactNode }) {
  return (
    <>
      <dt className="text-soft">{name}</dt>
      <dd className="min-w-0 break-words">{children}</dd>
    </>
  );
}
