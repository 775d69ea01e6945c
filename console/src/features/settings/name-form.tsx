import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { account, accountQueries } from "@/api/account";
import { Field } from "@/components/patterns/field";
import { FormFault } from "@/components/patterns/states";
import { toast } from "@/components/patterns/toasts";
import { Button } from "@/components/ui/button";
import { Input } from "@/components/ui/input";
import { common } from "@/i18n/common";
import { texts } from "./texts";

/** How one is called here. */
export function NameForm({ name }: { name: string }) {
  const [text, setText] = useState(name);
  const queries = useQueryClient();
  const save = useMutation({
    mutationFn: () => account.rename(text),
    onSuccess: async () => {
      toast.done(texts.nameSaved);
      await queries.invalidateQueries({ queryKey: accountQueries.me().queryKey });
    },
  });
  const submit = (event: React.FormEvent) => {
    event.preventDefault();
    save.mutate();
  };
  return (
    <form className="space-y-4" onSubmit={submit}>
      <Field label={texts.name}>
        {(wiring) => (
          <div className="flex gap-2">
            <Input {...wiring} autoComplete="name" maxLength={100} value={text} onChange={(event) => setText(event.target.value)} />
            <Button type="submit" disabled={!text.trim() || text.trim() === name} busy={save.isPending}>
              {common.save}
            </Button>
          </div>
        )}
      </Field>
      <FormFault error={save.error} />
    </form>
  );
}
