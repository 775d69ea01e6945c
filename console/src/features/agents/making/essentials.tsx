import { zodResolver } from "@hookform/resolvers/zod";
import { type ReactNode, useEffect } from "react";
import { useForm } from "react-hook-form";
import { z } from "zod";
import type { AgentDetailOut } from "@/api/schema";
import { Field } from "@/components/patterns/field";
import { Button } from "@/components/ui/button";
import { Input, Textarea } from "@/components/ui/input";
import type { Draft } from "../configuration/draft";
import { type MannersOf, remove, set } from "../configuration/yaml-edit";
import { find, lengthAt, type Path, textAt, textsAt, type YamlFile, read } from "../configuration/yaml-file";
import { texts } from "./texts";

const schema = z.object({
  name: z.string().trim().min(1, texts.needed).max(120),
  company: z.string().trim().max(200),
  job: z.string(),
  language: z.string().trim().min(1, texts.needed).max(200),
  slug: z.string().trim().regex(/^([a-z0-9][a-z0-9_-]{0,62})?$/, texts.slugFault),
});
export type Wish = z.infer<typeof schema>;

const PATHS: Record<"name" | "company" | "language", Path> = {
  name: ["agent", "name"],
  company: ["client", "name"],
  language: ["agent", "language"],
};

const toolName = (file: YamlFile, index: number) => textAt(file, ["tools", index]) ?? textAt(file, ["tools", index, "name"]) ?? "";
const toolNames = (file: YamlFile) => Array.from({ length: lengthAt(file, ["tools"]) }, (_, index) => toolName(file, index));

/** The few things that make an agent; each goes into the file as it is typed. */
export function Essentials({ draft, copyOf, busy, fault, onMake }: {
  draft: Draft;
  copyOf: AgentDetailOut | null;
  busy: boolean;
  fault: ReactNode;
  onMake: (wish: Wish, publish: boolean) => void;
}) {
  const { file } = draft;
  const form = useForm({
    resolver: zodResolver(schema),
    defaultValues: {
      name: copyOf ? `${copyOf.name} 2` : (textAt(file, PATHS.name) ?? ""),
      company: textAt(file, PATHS.company) ?? "",
      job: textsAt(file, ["agent", "objectives"]).join("\n"),
      language: textAt(file, PATHS.language) ?? "en",
      slug: copyOf ? `${copyOf.slug}-2` : "",
    },
  });
  const { change } = draft;
  useEffect(() => {
    if (copyOf) change((now, manners) => set(now, PATHS.name, `${copyOf.name} 2`, manners));
  }, [copyOf, change]);
  const write = (edit: (now: YamlFile, manners: MannersOf) => string) => draft.fault || draft.change(edit);
  const put = (key: keyof typeof PATHS) => ({
    onChange: (event: { target: { value: string } }) => {
      const value = event.target.value.trim();
      write((now, manners) => (value ? set(now, PATHS[key], value, manners) : now.text));
    },
  });
  const { errors } = form.formState;
  return (
    <form noValidate className="space-y-5" onSubmit={form.handleSubmit((wish) => onMake(wish, true))}>
      {draft.fault && <p className="text-warn text-sm font-medium">{texts.broken}</p>}
      <fieldset disabled={draft.fault !== null} className="min-w-0 space-y-5">
        <div className="grid gap-5 sm:grid-cols-2">
          <Field label={texts.name} hint={texts.nameHint} fault={errors.name?.message}>
            {(wiring) => <Input {...wiring} autoComplete="off" {...form.register("name", put("name"))} />}
          </Field>
          <Field label={texts.company} fault={errors.company?.message}>
            {(wiring) => <Input {...wiring} autoComplete="organization" {...form.register("company", put("company"))} />}
          </Field>
        </div>
        <Field label={texts.job} hint={texts.jobHint}>
          {(wiring) => (
            <Textarea
              {...wiring}
              rows={3}
              className="field-sizing-content min-h-24 leading-relaxed"
              {...form.register("job", { onChange: (event) => write((now, manners) => setAims(now, String(event.target.value), manners)) })}
            />
          )}
        </Field>
        <div className="grid gap-5 sm:grid-cols-2">
          <Field label={texts.language} hint={texts.languageHint} fault={errors.language?.message}>
            {(wiring) => <Input {...wiring} autoComplete="off" {...form.register("language", put("language"))} />}
          </Field>
          <Field label={texts.slug} hint={texts.slugHint} fault={errors.slug?.message}>
            {(wiring) => <Input {...wiring} autoComplete="off" className="font-mono" {...form.register("slug")} />}
          </Field>
        </div>
        <Tools draft={draft} onWrite={write} />
      </fieldset>
      {fault}
      <div className="flex flex-wrap justify-end gap-2">
        <Button disabled={busy} onClick={form.handleSubmit((wish) => onMake(wish, false))}>
          {texts.createDraft}
        </Button>
        <Button type="submit" look="primary" busy={busy}>
          {texts.create}
        </Button>
      </div>
    </form>
  );
}

function setAims(file: YamlFile, typed: string, manners: MannersOf): string {
  const aims = typed.split("\n").map((line) => line.replace(/^\s*-\s*/, "").trim()).filter(Boolean);
  if (!aims.length) return remove(file, ["agent", "objectives"]);
  return set(file, ["agent", "objectives"], aims, manners);
}

function Tools({ draft, onWrite }: { draft: Draft; onWrite: (edit: (now: YamlFile, manners: MannersOf) => string) => unknown }) {
  const names = toolNames(draft.file);
  const ready = new Set(draft.tools.map(({ name }) => name));
  const own = names.filter((name) => !ready.has(name));
  const flip = (name: string, on: boolean) =>
    onWrite((now, manners) => {
      const present = toolNames(read(now.text));
      if (!on) return remove(now, ["tools", present.indexOf(name)]);
      return find(now, ["tools"])?.node ? set(now, ["tools", present.length], name, manners) : set(now, ["tools"], [name], manners);
    });
  return (
    <fieldset>
      <legend className="text-sm font-semibold">{texts.tools}</legend>
      <p className="text-soft mt-1 mb-2 text-xs">{texts.toolsHint}</p>
      <ul className="grid gap-x-4 sm:grid-cols-2">
        {draft.tools.map((tool) => (
          <li key={tool.name}>
            <label className="flex min-h-11 cursor-pointer items-start gap-3 py-2">
              <input
                type="checkbox"
                className="accent-spark mt-0.5 size-5 shrink-0"
                checked={names.includes(tool.name)}
                onChange={(event) => flip(tool.name, event.target.checked)}
              />
              <span className="min-w-0">
                <span className="block font-mono text-sm font-semibold">{tool.name}</span>
                <span className="text-soft line-clamp-2 text-xs">{tool.description}</span>
              </span>
            </label>
          </li>
        ))}
      </ul>
      {own.length > 0 && <p className="text-soft mt-2 text-xs">{texts.ownTools(own.join(", "))}</p>}
    </fieldset>
  );
}
