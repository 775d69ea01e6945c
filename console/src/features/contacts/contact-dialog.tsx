import { zodResolver } from "@hookform/resolvers/zod";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { Undo2, X } from "lucide-react";
import { useForm, type UseFormReturn } from "react-hook-form";
import { contactKeys, contacts } from "@/api/contacts";
import { asProblem } from "@/api/problem";
import type { ContactProfile, HandleOut } from "@/api/schema";
import { Field } from "@/components/patterns/field";
import { FormFault } from "@/components/patterns/states";
import { toast } from "@/components/patterns/toasts";
import { Button } from "@/components/ui/button";
import { cn } from "@/components/ui/cn";
import { Dialog } from "@/components/ui/dialog";
import { Input } from "@/components/ui/input";
import { timeZones } from "@/i18n/catalogue";
import { common } from "@/i18n/common";
import { changeBody, contactForm, newBody, newContactForm, startOf, type ContactForm } from "./contact-form";
import { Handle } from "./handle";
import { nameOf } from "./naming";
import { texts } from "./texts";

/** Makes a contact, or changes one that was read with its tag. */
export function ContactDialog({ known, onClose }: {
  known?: { contact: ContactProfile; etag: string };
  onClose: () => void;
}) {
  const queries = useQueryClient();
  const navigate = useNavigate();
  const contact = known?.contact;
  const form = useForm<ContactForm>({
    resolver: zodResolver(contact ? contactForm : newContactForm),
    defaultValues: startOf(contact),
  });
  const send = useMutation({
    mutationFn: async (values: ContactForm) =>
      known
        ? (await contacts.change(known.contact.id, changeBody(values, known.contact), known.etag)).data
        : contacts.create(newBody(values)),
    onSuccess: async (saved) => {
      toast.done(contact ? texts.saved : texts.made(nameOf(saved)));
      await queries.invalidateQueries({ queryKey: contactKeys.all });
      onClose();
      if (!contact) await navigate({ to: "/contacts/$id", params: { id: saved.id } });
    },
  });
  const taken = send.error && asProblem(send.error).status === 409;
  return (
    <Dialog
      open
      onClose={onClose}
      title={contact ? texts.editTitle : texts.make}
      about={contact ? undefined : texts.makeAbout}
    >
      <form noValidate className="space-y-4" onSubmit={form.handleSubmit((values) => send.mutate(values))}>
        <Text form={form} name="name" label={texts.name} autoFocus />
        {contact && contact.handles.length > 0 && <Known form={form} handles={contact.handles} />}
        <div className="grid gap-4 sm:grid-cols-2">
          <Text form={form} name="email" label={contact ? texts.addEmail : texts.email} type="email" />
          <Text form={form} name="phone" label={contact ? texts.addPhone : texts.phone} type="tel" placeholder="+44 …" />
          <Text form={form} name="timezone" label={texts.timezone} placeholder="Europe/London" list="zones" />
          <Text form={form} name="locale" label={texts.locale} placeholder="en-GB" />
        </div>
        <Text form={form} name="external_id" label={texts.externalId} hint={texts.externalIdHint} />
        <datalist id="zones">
          {timeZones.map((zone) => (
            <option key={zone} value={zone} />
          ))}
        </datalist>
        <FormFault error={send.error} />
        {taken && <p className="text-soft text-xs">{texts.taken}</p>}
        <div className="flex flex-col-reverse gap-2 sm:flex-row sm:justify-end">
          <Button onClick={onClose}>{common.cancel}</Button>
          <Button type="submit" look="primary" busy={send.isPending}>
            {contact ? texts.save : texts.create}
          </Button>
        </div>
      </form>
    </Dialog>
  );
}

function Text({ form, name, label, hint, ...rest }: {
  form: UseFormReturn<ContactForm>;
  name: Exclude<keyof ContactForm, "removed">;
  label: string;
  hint?: string;
  type?: string;
  placeholder?: string;
  autoFocus?: boolean;
  list?: string;
}) {
  return (
    <Field label={label} hint={hint} fault={form.formState.errors[name]?.message}>
      {(wiring) => <Input {...wiring} {...rest} autoComplete="off" {...form.register(name)} />}
    </Field>
  );
}

/** The addresses that are known, each to be removed with the next save. */
function Known({ form, handles }: { form: UseFormReturn<ContactForm>; handles: HandleOut[] }) {
  const removed = form.watch("removed");
  const turn = (id: string) =>
    form.setValue("removed", removed.includes(id) ? removed.filter((each) => each !== id) : [...removed, id]);
  return (
    <div>
      <p className="mb-1.5 text-sm font-semibold">{texts.handles}</p>
      <ul className="border-line divide-line divide-y rounded-lg border">
        {handles.map((handle) => {
          const off = removed.includes(handle.id);
          const Icon = off ? Undo2 : X;
          return (
            <li key={handle.id} className="flex items-center justify-between gap-2 pl-3 text-sm">
              <span className={cn("min-w-0", off && "text-soft line-through")}>
                <Handle handle={handle} />
              </span>
              <button
                type="button"
                className="text-soft hover:text-ink grid size-11 shrink-0 place-items-center rounded-lg"
                aria-label={off ? `${texts.keep} ${handle.value}` : texts.removeHandle(handle.value)}
                aria-pressed={off}
                onClick={() => turn(handle.id)}
              >
                <Icon className="size-4" aria-hidden />
              </button>
            </li>
          );
        })}
      </ul>
    </div>
  );
}
