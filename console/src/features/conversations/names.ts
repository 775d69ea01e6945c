/** How conversations, their people and their channels are called. */
import type { ConversationOut } from "@/api/schema";
import { texts } from "./texts";

export function channelName(channel: string): string {
  return texts.channels[channel] ?? channel;
}

export function contactName(row: ConversationOut): string {
  return row.contact.name ?? row.contact.external_id ?? `${texts.unnamed} ${row.contact.id.slice(-4)}`;
}
