import { zodResolver } from "@hookform/resolvers/zod";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { Check, Circle } from "lucide-react";
import { useForm } from "react-hook-form";
import { z } from "zod";
import { account, accountQueries } from "@/api/account";
import { Field } from "@/components/patterns/field";
import { FormFault } from "@/components/patterns/states";
import { toast } from "@/components/patterns/toasts";
import { Button } from "@/components/ui/button";
import { cn } from "@/components/ui/cn";
import { PasswordInput } from "@/components/ui/password-input";
import { texts } from "./texts";

const SHORTEST = 8;
const schema = z
  .object({
    current: z.string().min(1, texts.needed),
    fresh: z.string().min(SHORTEST, texts.tooShort).max(512),
    repeat: z.string(),
  })
  .refine((values) => values.fresh !== values.current, { path: ["fresh"], message: texts.sameAsOld })
  .refine((values) => values.fresh === values.repeat, { path: ["repeat"], message: texts.notSame });

const PARTS = [
  ["current", texts.current, "current-password"],
  ["fresh", texts.fresh, "new-password"],
  ["repeat", texts.repeat, "new-password"],
] as const;

/** Changes one's password; what is asked of it is ticked off as one types. */
export function PasswordForm({ email }: { email: string }) {
  const queries = useQueryClient();
  const form = useForm({ resolver: zodResolver(schema), defaultValues: { current: "", fresh: "", repeat: "" } });
  const change = useMutation({
    mutationFn: (values: z.infer<typeof schema>) =>
      account.changePassword({ current_password: values.current, new_password: values.fresh }),
    onSuccess: async () => {
      form.reset();
      toast.done(texts.changed);
      await queries.invalidateQueries({ queryKey: accountQueries.sessions().queryKey });
    },
  });
  const { fresh, repeat } = form.watch();
  return (
    <form noValidate className="space-y-4" onSubmit={form.handleSubmit((values) => change.mutate(values))}>
      {/* Password managers store the new password under the name they find here. */}
      <input type="text" name="username" autoComplete="username" value={email} readOnly hidden />
      {PARTS.map(([name, label, autoComplete]) => (
        <Field key={name} label={label} fault={form.formState.errors[name]?.message}>
          {(wiring) => <PasswordInput {...wiring} autoComplete={autoComplete} {...form.register(name)} />}
        </Field>
      ))}
      <ul aria-label={texts.rules} className="space-y-1 text-xs">
        <Rule met={fresh.length >= SHORTEST}>{texts.freshHint}</Rule>
        <Rule met={fresh.length > 0 && fresh === repeat}>{texts.twice}</Rule>
      </ul>
      <FormFault error={change.error} />
      <Button type="submit" look="primary" busy={change.isPending}>
        {texts.change}
      </Button>
    </form>
  );
}

function Rule({ met, children }: { met: boolean; children: string }) {
  const Icon = met ? Check : Circle;
  return (
    <li className={cn("flex items-center gap-2", met ? "text-good font-semibold" : "text-soft")}>
      <Icon className="size-3.5" role="img" aria-label={met ? texts.met : texts.notMet} /> {children}
    </li>
  );
}
