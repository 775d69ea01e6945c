/** The form of a contact: what it holds, and what of it to send. */
import { z } from "zod";
import type { ContactChangeBody, ContactProfile, HandleIn, NewContactBody } from "@/api/schema";
import { texts } from "./texts";

export const contactForm = z.object({
  name: z.string().trim().max(200),
  email: z.string().trim().max(320),
  phone: z.string().trim().max(40),
  external_id: z.string().trim().max(200),
  timezone: z.string().trim().max(64),
  locale: z.string().trim().max(35),
  removed: z.array(z.string()),
});
export type ContactForm = z.infer<typeof contactForm>;

export const newContactForm = contactForm.refine(
  (form) => Boolean(form.name || form.email || form.phone || form.external_id),
  { path: ["name"], message: texts.needed },
);

const PLAIN = ["name", "external_id", "timezone", "locale"] as const;

/** What the form starts with; addresses that are known are listed beside it, these two add further ones. */
export function startOf(contact?: ContactProfile): ContactForm {
  return {
    name: contact?.name ?? "",
    email: "",
    phone: "",
    external_id: contact?.external_id ?? "",
    timezone: contact?.timezone ?? "",
    locale: contact?.locale ?? "",
    removed: [],
  };
}

function addedHandles(form: ContactForm): HandleIn[] {
  return (["email", "phone"] as const).flatMap((kind) => (form[kind] ? [{ kind, value: form[kind] }] : []));
}

export function newBody(form: ContactForm): NewContactBody {
  return {
    name: form.name || null,
    external_id: form.external_id || null,
    timezone: form.timezone || null,
    locale: form.locale || null,
    handles: addedHandles(form),
  } as NewContactBody;
}

/** Only what differs from what was read, so that nothing is overwritten that one did not touch. */
export function changeBody(form: ContactForm, contact: ContactProfile): ContactChangeBody {
  const changed = PLAIN.filter((field) => form[field] !== (contact[field] ?? ""));
  return {
    ...Object.fromEntries(changed.map((field) => [field, form[field] || null])),
    add_handles: addedHandles(form),
    remove_handles: form.removed,
  } as ContactChangeBody;
}
