import { zodResolver } from "@hookform/resolvers/zod";
import { useMutation, useQuery } from "@tanstack/react-query";
import { useForm } from "react-hook-form";
import { z } from "zod";
import { account, accountQueries } from "@/api/account";
import { Field } from "@/components/patterns/field";
import { Failed, FormFault, Loading } from "@/components/patterns/states";
import { toast } from "@/components/patterns/toasts";
import { Button } from "@/components/ui/button";
import { Card, CardTitle } from "@/components/ui/card";
import { Input } from "@/components/ui/input";
import { texts } from "./texts";

const SHORTEST = 8;
const schema = z
  .object({
    current: z.string().min(1, texts.needed),
    fresh: z.string().min(SHORTEST, texts.tooShort),
    repeat: z.string(),
  })
  .refine((values) => values.fresh === values.repeat, { path: ["repeat"], message: texts.notSame });

export default function Profile() {
  const me = useQuery(accountQueries.me());
  if (me.isPending) return <Loading rows={3} />;
  if (me.isError) return <Failed error={me.error} onRetry={() => void me.refetch()} />;
  const facts = [
    [texts.name, me.data.account?.name],
    [texts.email, me.data.account?.email],
    [texts.role, me.data.role],
    [texts.workspace, me.data.tenant.name],
    [texts.timezone, me.data.tenant.timezone],
  ];
  return (
    <div className="grid items-start gap-4 lg:grid-cols-2">
      <Card className="p-5 sm:p-6">
        <CardTitle>{texts.you}</CardTitle>
        <dl className="mt-4 grid grid-cols-[auto_minmax(0,1fr)] gap-x-8 gap-y-3 text-sm">
          {facts.map(([name, value]) => (
            <div key={name} className="contents">
              <dt className="text-soft">{name}</dt>
              <dd className="font-medium wrap-anywhere">{value}</dd>
            </div>
          ))}
        </dl>
      </Card>
      <Card className="p-5 sm:p-6">
        <CardTitle>{texts.password}</CardTitle>
        <p className="text-soft mt-1 mb-4 text-sm">{texts.passwordAbout}</p>
        <PasswordForm />
      </Card>
    </div>
  );
}

const PARTS = [
  ["current", texts.current, "current-password", undefined],
  ["fresh", texts.fresh, "new-password", texts.freshHint],
  ["repeat", texts.repeat, "new-password", undefined],
] as const;

function PasswordForm() {
  const form = useForm({ resolver: zodResolver(schema), defaultValues: { current: "", fresh: "", repeat: "" } });
  const change = useMutation({
    mutationFn: (values: z.infer<typeof schema>) =>
      account.changePassword({ current_password: values.current, new_password: values.fresh }),
    onSuccess: () => {
      form.reset();
      toast.done(texts.changed);
    },
  });
  return (
    <form noValidate className="space-y-4" onSubmit={form.handleSubmit((values) => change.mutate(values))}>
      {PARTS.map(([name, label, autoComplete, hint]) => (
        <Field key={name} label={label} hint={hint} fault={form.formState.errors[name]?.message}>
          {(wiring) => <Input {...wiring} type="password" autoComplete={autoComplete} {...form.register(name)} />}
        </Field>
      ))}
      <FormFault error={change.error} />
      <Button type="submit" look="primary" busy={change.isPending}>
        {texts.change}
      </Button>
    </form>
  );
}
