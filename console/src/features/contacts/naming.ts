import type { ContactRow } from "@/api/schema";
import { texts } from "./texts";

type Named = Pick<ContactRow, "id" | "name" | "external_id" | "handles">;

/** What a person is called where there is room for one name. */
export function nameOf(contact: Named): string {
  return contact.name ?? contact.handles[0]?.value ?? contact.external_id ?? texts.unnamed(contact.id.slice(-4));
}

/** One or two letters for the round picture; none for somebody without a name. */
export function initialsOf(contact: Named): string {
  const words = (contact.name ?? "").split(/\s+/).filter((word) => /^[\p{L}\p{N}]/u.test(word));
  const letters = [words[0], words.length > 1 ? words.at(-1) : undefined].map((word) => word?.match(/^./u)?.[0] ?? "");
  return letters.join("").toLocaleUpperCase();
}

/** The channels of a person: where they talked, or where they came from. */
export function metOn({ channels, source_channel }: Pick<ContactRow, "channels" | "source_channel">): string[] {
  return channels.length ? channels : [source_channel];
}

export const kindName = (kind: string): string => texts.kinds[kind] ?? kind;
