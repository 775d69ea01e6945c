/** How the people of conversations are called. */
import type { ConversationOut } from "@/api/schema";
import { texts } from "./texts";

export function contactName(row: ConversationOut): string {
  return row.contact.name ?? row.contact.external_id ?? `${texts.unnamed} ${row.contact.id.slice(-4)}`;
}
