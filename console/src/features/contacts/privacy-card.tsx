import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { Download, UserRoundX } from "lucide-react";
import { useState } from "react";
import { contactKeys, contacts } from "@/api/contacts";
import type { ContactProfile } from "@/api/schema";
import { Field } from "@/components/patterns/field";
import { FormFault } from "@/components/patterns/states";
import { toast } from "@/components/patterns/toasts";
import { Button } from "@/components/ui/button";
import { Card, CardTitle } from "@/components/ui/card";
import { Dialog } from "@/components/ui/dialog";
import { Input } from "@/components/ui/input";
import { useMay } from "@/features/session/use-may";
import { format } from "@/i18n/catalogue";
import { common } from "@/i18n/common";
import { nameOf } from "./naming";
import { texts } from "./texts";

/** What a person may ask for: their data as a file, or to be gone. */
export function PrivacyCard({ contact }: { contact: ContactProfile }) {
  const [erasing, setErasing] = useState(false);
  const mayErase = useMay("contacts:erase");
  const save = useMutation({
    mutationFn: () => contacts.export(contact.id),
    onSuccess: (file) => {
      download(file, `contact-${contact.id}.json`);
      toast.done(texts.exported);
    },
    onError: toast.failed,
  });
  return (
    <Card className="flex flex-wrap items-center justify-between gap-4 p-5 sm:p-6">
      <div className="min-w-0 flex-1 basis-60">
        <CardTitle>{texts.eraseAbout}</CardTitle>
        <p className="text-soft mt-1 text-sm">{texts.eraseHint}</p>
      </div>
      <div className="flex flex-wrap gap-2">
        <Button busy={save.isPending} onClick={() => save.mutate()}>
          <Download aria-hidden /> {texts.export}
        </Button>
        {mayErase && (
          <Button look="danger" onClick={() => setErasing(true)}>
            <UserRoundX aria-hidden /> {texts.erase}
          </Button>
        )}
      </div>
      {erasing && <EraseDialog contact={contact} onClose={() => setErasing(false)} />}
    </Card>
  );
}

function EraseDialog({ contact, onClose }: { contact: ContactProfile; onClose: () => void }) {
  const [typed, setTyped] = useState("");
  const queries = useQueryClient();
  const navigate = useNavigate();
  const erase = useMutation({
    mutationFn: () => contacts.erase(contact.id),
    onSuccess: async ({ erased }) => {
      toast.done(texts.erased(format.number(erased.messages ?? 0)));
      queries.removeQueries({ queryKey: contactKeys.one(contact.id) });
      await navigate({ to: "/contacts", replace: true });
      await Promise.all([contactKeys.all, ["conversations"]].map((queryKey) => queries.invalidateQueries({ queryKey })));
    },
  });
  const submit = (event: React.FormEvent) => {
    event.preventDefault();
    if (typed.trim() === texts.eraseWord) erase.mutate();
  };
  return (
    <Dialog open onClose={onClose} title={texts.eraseTitle(nameOf(contact))} about={texts.eraseText}>
      <form className="space-y-4" onSubmit={submit}>
        <Field label={texts.eraseType(texts.eraseWord)}>
          {(wiring) => (
            <Input {...wiring} autoComplete="off" autoCapitalize="characters" value={typed} onChange={(event) => setTyped(event.target.value)} />
          )}
        </Field>
        <FormFault error={erase.error} />
        <div className="flex flex-col-reverse gap-2 sm:flex-row sm:justify-end">
          <Button onClick={onClose}>{common.cancel}</Button>
          <Button type="submit" look="danger" disabled={typed.trim() !== texts.eraseWord} busy={erase.isPending}>
            {texts.erase}
          </Button>
        </div>
      </form>
    </Dialog>
  );
}

function download(file: Blob, name: string): void {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(file);
  link.download = name;
  link.click();
  URL.revokeObjectURL(link.href);
}
