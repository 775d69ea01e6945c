import type { ReactNode } from "react";
import type { ContactProfile } from "@/api/schema";
import { Badge } from "@/components/ui/badge";
import { Card, CardTitle } from "@/components/ui/card";
import { format } from "@/i18n/catalogue";
import { Avatar } from "./avatar";
import { Handle } from "./handle";
import { channelName } from "@/i18n/common";
import { metOn, nameOf } from "./naming";
import { texts } from "./texts";

/** Who this is and how to reach them. */
export function PersonCard({ contact }: { contact: ContactProfile }) {
  const facts: [string, ReactNode][] = [
    [texts.externalId, contact.external_id && <span className="font-mono break-all">{contact.external_id}</span>],
    [texts.timezone, contact.timezone && <LocalTime zone={contact.timezone} />],
    [texts.locale, contact.locale],
    [texts.first, format.date(contact.first_contact_at)],
    [texts.last, contact.last_contact_at && format.ago(contact.last_contact_at)],
    [texts.talks, format.number(contact.conversation_count)],
  ];
  return (
    <Card className="p-5 sm:p-6" aria-label={texts.person}>
      <div className="flex items-center gap-4">
        <Avatar contact={contact} large />
        <div className="min-w-0">
          <p className="truncate text-lg font-semibold">{nameOf(contact)}</p>
          <p className="mt-1 flex flex-wrap gap-1">
            {metOn(contact).map((channel) => (
              <Badge key={channel} tone="accent">
                {channelName(channel)}
              </Badge>
            ))}
          </p>
        </div>
      </div>
      <h2 className="mt-6 text-sm font-semibold">{texts.handles}</h2>
      {contact.handles.length ? (
        <ul className="mt-2 space-y-2 text-sm">
          {contact.handles.map((handle) => (
            <li key={handle.id}>
              <Handle handle={handle} />
            </li>
          ))}
        </ul>
      ) : (
        <p className="text-soft mt-2 text-sm">{texts.noHandles}</p>
      )}
      <dl className="border-line mt-5 grid grid-cols-[auto_1fr] gap-x-6 gap-y-2.5 border-t pt-5 text-sm">
        {facts
          .filter(([, value]) => value !== null && value !== "")
          .map(([name, value]) => (
            <div key={name} className="contents">
              <dt className="text-soft">{name}</dt>
              <dd className="min-w-0 font-medium break-words">{value}</dd>
            </div>
          ))}
      </dl>
    </Card>
  );
}

/** A zone with the time it is there now: nobody calls at four in the morning. */
function LocalTime({ zone }: { zone: string }) {
  const now = format.clock(zone);
  return (
    <>
      {zone}
      {now && <span className="text-soft block text-xs font-normal">{texts.there(now)}</span>}
    </>
  );
}

/** Free values by name: preferences, or what agents noted. */
export function NotesCard({ title, values }: { title: string; values: Record<string, unknown> }) {
  const entries = Object.entries(values);
  if (!entries.length) return null;
  return (
    <Card className="p-5 sm:p-6">
      <CardTitle>{title}</CardTitle>
      <dl className="mt-3 space-y-2.5 text-sm">
        {entries.map(([name, value]) => (
          <div key={name}>
            <dt className="text-soft text-xs font-semibold">{name.replaceAll("_", " ")}</dt>
            <dd className="break-words">{typeof value === "object" ? JSON.stringify(value) : String(value)}</dd>
          </div>
        ))}
      </dl>
    </Card>
  );
}
