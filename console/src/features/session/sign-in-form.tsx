import { zodResolver } from "@hookform/resolvers/zod";
import { useState } from "react";
import { useForm } from "react-hook-form";
import { z } from "zod";
import { asProblem } from "@/api/problem";
import { session } from "@/api/session";
import { Field } from "@/components/patterns/field";
import { FormFault } from "@/components/patterns/states";
import { Button } from "@/components/ui/button";
import { Input } from "@/components/ui/input";
import { PasswordInput } from "@/components/ui/password-input";
import { texts } from "./texts";
import { useCountdown } from "./use-countdown";

const SHORTEST_WAIT_SECONDS = 1;
const schema = z.object({
  email: z.string().trim().min(1, texts.emailNeeded),
  password: z.string().min(1, texts.passwordNeeded),
});

export function SignInForm({ onSignedIn }: { onSignedIn: () => void }) {
  const [error, setError] = useState<unknown>(null);
  const wait = useCountdown();
  const form = useForm({ resolver: zodResolver(schema), defaultValues: { email: "", password: "" } });
  const faults = form.formState.errors;

  const submit = form.handleSubmit(async (values) => {
    setError(null);
    try {
      await session.signIn(values);
      onSignedIn();
    } catch (caught) {
      const problem = asProblem(caught);
      if (problem.status === 429) wait.start(problem.retryAfterSeconds ?? SHORTEST_WAIT_SECONDS);
      if (problem.status === 401) form.setFocus("password", { shouldSelect: true });
      setError(caught);
    }
  });

  return (
    <form onSubmit={submit} noValidate className="space-y-4">
      <Field label={texts.email} fault={faults.email?.message}>
        {(wiring) => (
          <Input
            {...wiring}
            type="email"
            inputMode="email"
            autoComplete="username"
            autoCapitalize="none"
            spellCheck={false}
            autoFocus
            {...form.register("email")}
          />
        )}
      </Field>
      <Field label={texts.password} fault={faults.password?.message}>
        {(wiring) => <PasswordInput {...wiring} autoComplete="current-password" {...form.register("password")} />}
      </Field>
      <Refusal error={error} waitSeconds={wait.left} />
      <Button type="submit" look="primary" className="w-full" disabled={wait.left > 0} busy={form.formState.isSubmitting}>
        {wait.left > 0 ? texts.wait(wait.left) : texts.signIn}
      </Button>
    </form>
  );
}

/** Why one is not in: wrong, to wait, or something that is not the person's fault. */
function Refusal({ error, waitSeconds }: { error: unknown; waitSeconds: number }) {
  if (error === null) return null;
  const { status, code } = asProblem(error);
  if (status !== 401 && status !== 429) return <FormFault error={error} />;
  const locked = code === "account_locked" ? texts.locked : texts.tooMany;
  const [title, hint] = status === 401 ? [texts.wrong, texts.wrongHint] : [locked, waitSeconds ? texts.waitHint : texts.again429];
  return (
    <div role="alert" className="bg-bad-wash text-bad rounded-lg px-3 py-2.5 text-sm">
      <p className="font-semibold">{title}</p>
      <p>{hint}</p>
    </div>
  );
}
