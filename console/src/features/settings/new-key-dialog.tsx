import { zodResolver } from "@hookform/resolvers/zod";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { Check, Copy } from "lucide-react";
import { useState } from "react";
import { useForm } from "react-hook-form";
import { z } from "zod";
import { account, accountQueries } from "@/api/account";
import { Field } from "@/components/patterns/field";
import { FormFault } from "@/components/patterns/states";
import { toast } from "@/components/patterns/toasts";
import { Button } from "@/components/ui/button";
import { Dialog } from "@/components/ui/dialog";
import { Input, Select } from "@/components/ui/input";
import { texts } from "./texts";

const DAY_MS = 86_400_000;
const LIVES = [30, 90, 365];
const schema = z.object({
  name: z.string().trim().min(1, texts.needed).max(100),
  role: z.string(),
  days: z.string(),
});

/** Names a key, makes it, and shows it this once. */
export function NewKeyDialog({ onClose }: { onClose: () => void }) {
  const queries = useQueryClient();
  const form = useForm({ resolver: zodResolver(schema), defaultValues: { name: "", role: "developer", days: "90" } });
  const make = useMutation({
    mutationFn: ({ name, role, days }: z.infer<typeof schema>) =>
      account.createApiKey({
        name,
        role,
        scopes: [],
        expires_at: days ? new Date(Date.now() + Number(days) * DAY_MS).toISOString() : null,
      }),
    onSuccess: () => queries.invalidateQueries({ queryKey: accountQueries.apiKeys().queryKey }),
  });
  if (make.data) {
    return (
      <Dialog open onClose={onClose} title={texts.made} about={texts.madeAbout}>
        <Shown value={make.data.key} onDone={onClose} />
      </Dialog>
    );
  }
  return (
    <Dialog open onClose={onClose} title={texts.make} about={texts.makeAbout}>
      <form noValidate className="space-y-4" onSubmit={form.handleSubmit((values) => make.mutate(values))}>
        <Field label={texts.keyName} fault={form.formState.errors.name?.message}>
          {(wiring) => <Input {...wiring} autoComplete="off" {...form.register("name")} />}
        </Field>
        <Field label={texts.access}>
          {(wiring) => (
            <Select {...wiring} className="w-full" {...form.register("role")}>
              {Object.entries(texts.roles).map(([role, name]) => (
                <option key={role} value={role}>
                  {name}
                </option>
              ))}
            </Select>
          )}
        </Field>
        <Field label={texts.expires}>
          {(wiring) => (
            <Select {...wiring} className="w-full" {...form.register("days")}>
              {LIVES.map((days) => (
                <option key={days} value={days}>
                  {texts.days(days)}
                </option>
              ))}
              <option value="">{texts.never}</option>
            </Select>
          )}
        </Field>
        <FormFault error={make.error} />
        <Button type="submit" look="primary" className="w-full" busy={make.isPending}>
          {texts.create}
        </Button>
      </form>
    </Dialog>
  );
}

function Shown({ value, onDone }: { value: string; onDone: () => void }) {
  const [copied, setCopied] = useState(false);
  const copy = async () => {
    try {
      await navigator.clipboard.writeText(value);
      setCopied(true);
    } catch (error) {
      toast.failed(error);
    }
  };
  const Icon = copied ? Check : Copy;
  return (
    <div className="space-y-4">
      <div className="flex gap-2">
        <Input readOnly aria-label={texts.key} value={value} className="font-mono" onFocus={(event) => event.target.select()} />
        <Button onClick={() => void copy()}>
          <Icon aria-hidden /> {copied ? texts.copied : texts.copy}
        </Button>
      </div>
      <Button look="primary" className="w-full" onClick={onDone}>
        {texts.done}
      </Button>
    </div>
  );
}
