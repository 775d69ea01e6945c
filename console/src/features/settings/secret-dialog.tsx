import { zodResolver } from "@hookform/resolvers/zod";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useForm } from "react-hook-form";
import { z } from "zod";
import { secretQueries, secrets } from "@/api/secrets";
import { Field } from "@/components/patterns/field";
import { FormFault } from "@/components/patterns/states";
import { toast } from "@/components/patterns/toasts";
import { Button } from "@/components/ui/button";
import { Dialog } from "@/components/ui/dialog";
import { Input } from "@/components/ui/input";
import { PasswordInput } from "@/components/ui/password-input";
import { common } from "@/i18n/common";
import { texts } from "./texts";

const schema = z.object({
  name: z.string().regex(/^[A-Za-z_][A-Za-z0-9_]{0,127}$/, texts.secretNameRule),
  value: z.string().min(1, texts.needed),
});

/** Sets a secret under a name; what is typed is sent and never shown again. */
export function SecretDialog({ name, onClose }: { name?: string; onClose: () => void }) {
  const queries = useQueryClient();
  const form = useForm({ resolver: zodResolver(schema), defaultValues: { name: name ?? "", value: "" } });
  const faults = form.formState.errors;
  const save = useMutation({
    mutationFn: (values: z.infer<typeof schema>) => secrets.put(values.name, values.value),
    onSuccess: async (_, values) => {
      toast.done(texts.secretSaved(values.name));
      await queries.invalidateQueries({ queryKey: secretQueries.list().queryKey });
      onClose();
    },
  });
  return (
    <Dialog open onClose={onClose} title={name ? texts.setSecretTitle(name) : texts.newSecret} about={texts.secretAbout}>
      <form noValidate autoComplete="off" className="space-y-4" onSubmit={form.handleSubmit((values) => save.mutate(values))}>
        {!name && (
          <Field label={texts.secretName} hint={texts.secretNameHint} fault={faults.name?.message}>
            {(wiring) => (
              <Input {...wiring} autoComplete="off" spellCheck={false} placeholder="CRM_API_KEY" className="font-mono" {...form.register("name")} />
            )}
          </Field>
        )}
        <Field label={texts.secretValue} fault={faults.value?.message}>
          {(wiring) => <PasswordInput {...wiring} autoComplete="off" data-1p-ignore className="font-mono" {...form.register("value")} />}
        </Field>
        <FormFault error={save.error} />
        <div className="flex flex-col-reverse gap-2 sm:flex-row sm:justify-end">
          <Button onClick={onClose}>{common.cancel}</Button>
          <Button type="submit" look="primary" busy={save.isPending}>
            {texts.saveSecret}
          </Button>
        </div>
      </form>
    </Dialog>
  );
}
