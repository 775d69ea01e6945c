import { zodResolver } from "@hookform/resolvers/zod";
import { Eye, EyeOff } from "lucide-react";
import { useState } from "react";
import { useForm } from "react-hook-form";
import { z } from "zod";
import { asProblem } from "@/api/problem";
import { session } from "@/api/session";
import { Field } from "@/components/patterns/field";
import { FormFault } from "@/components/patterns/states";
import { Button } from "@/components/ui/button";
import { Input } from "@/components/ui/input";
import { texts } from "./texts";

const schema = z.object({
  email: z.string().trim().min(1, texts.emailNeeded),
  password: z.string().min(1, texts.passwordNeeded),
});

export function SignInForm({ onSignedIn }: { onSignedIn: () => void }) {
  const [shown, setShown] = useState(false);
  const [error, setError] = useState<unknown>(null);
  const form = useForm({ resolver: zodResolver(schema), defaultValues: { email: "", password: "" } });
  const faults = form.formState.errors;
  const wrong = error !== null && asProblem(error).status === 401;
  const Icon = shown ? EyeOff : Eye;

  const submit = form.handleSubmit(async (values) => {
    setError(null);
    try {
      await session.signIn(values);
      onSignedIn();
    } catch (caught) {
      setError(caught);
    }
  });

  return (
    <form onSubmit={submit} noValidate className="space-y-4">
      <Field label={texts.email} fault={faults.email?.message}>
        {(wiring) => <Input {...wiring} type="email" autoComplete="username" {...form.register("email")} />}
      </Field>
      <Field label={texts.password} fault={faults.password?.message}>
        {(wiring) => (
          <div className="relative">
            <Input
              {...wiring}
              type={shown ? "text" : "password"}
              autoComplete="current-password"
              className="pr-12"
              {...form.register("password")}
            />
            <button
              type="button"
              className="text-soft absolute top-0 right-0 grid size-11 place-items-center rounded-lg"
              aria-label={shown ? texts.hide : texts.show}
              onClick={() => setShown(!shown)}
            >
              <Icon className="size-4" aria-hidden />
            </button>
          </div>
        )}
      </Field>
      {wrong ? (
        <p role="alert" className="bg-bad-wash text-bad rounded-lg px-3 py-2.5 text-sm font-semibold">
          {texts.wrong}
        </p>
      ) : (
        <FormFault error={error} />
      )}
      <Button type="submit" look="primary" className="w-full" busy={form.formState.isSubmitting}>
        {texts.signIn}
      </Button>
    </form>
  );
}
