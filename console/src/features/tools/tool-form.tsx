import { useMutation, useQuery } from "@tanstack/react-query";
import { Zap } from "lucide-react";
import { useState } from "react";
import { agentQueries } from "@/api/agents";
import { tools } from "@/api/tools";
import type { ToolOutcome, ToolView } from "@/api/schema";
import { Field } from "@/components/patterns/field";
import { FormFault } from "@/components/patterns/states";
import { Badge } from "@/components/ui/badge";
import { Button } from "@/components/ui/button";
import { Card } from "@/components/ui/card";
import { Input, Select, Textarea } from "@/components/ui/input";
import { JsonView } from "@/features/trace/json-view";
import { format } from "@/i18n/catalogue";
import { fieldsOf, read, type ArgumentField, type Typed } from "./arguments";
import { texts } from "./texts";

const RISK_TONES = { low: "good", medium: "warn", high: "bad" } as const;

/** A form made from the tool's own schema, and what came of it. */
export function ToolForm({ tool }: { tool: ToolView }) {
  const fields = fieldsOf(tool.parameters);
  const [typed, setTyped] = useState<Typed>({});
  const [faults, setFaults] = useState<Typed>({});
  const [agent, setAgent] = useState("");
  const names = useQuery(agentQueries.names());
  const trial = useMutation({
    mutationFn: (args: Record<string, unknown>) => tools.test(tool.name, args, agent || null),
  });
  const run = () => {
    const found = read(fields, typed);
    setFaults(found.faults);
    if (!Object.keys(found.faults).length) trial.mutate(found.args);
  };
  return (
    <Card className="p-5 sm:p-6">
      <h2 className="font-mono text-lg font-bold">{tool.name}</h2>
      <p className="text-soft mt-1 text-sm">{tool.description}</p>
      <p className="mt-3 mb-6 flex flex-wrap gap-1.5">
        <Badge tone={RISK_TONES[tool.risk]}>{texts.risk[tool.risk]}</Badge>
        <Badge>{texts.effect[tool.side_effect]}</Badge>
        <Badge>{tool.category}</Badge>
        {tool.auth && <Badge tone="info">{texts.needs(tool.auth)}</Badge>}
      </p>
      <form
        noValidate
        className="max-w-xl space-y-4"
        onSubmit={(event) => {
          event.preventDefault();
          run();
        }}
      >
        {fields.length === 0 && <p className="text-soft text-sm">{texts.noArguments}</p>}
        {fields.map((field) => (
          <ArgumentInput
            key={field.name}
            field={field}
            value={typed[field.name] ?? ""}
            fault={faults[field.name]}
            onChange={(value) => setTyped((old) => ({ ...old, [field.name]: value }))}
          />
        ))}
        <Field label={texts.agent} hint={texts.agentHint}>
          {(wiring) => (
            <Select {...wiring} className="w-full" value={agent} onChange={(event) => setAgent(event.target.value)}>
              <option value="">{texts.noAgent}</option>
              {names.data?.items.map((each) => (
                <option key={each.slug} value={each.slug}>
                  {each.name} ({each.slug})
                </option>
              ))}
            </Select>
          )}
        </Field>
        <div className="flex flex-wrap items-center gap-3">
          <Button type="submit" look="primary" busy={trial.isPending}>
            <Zap aria-hidden /> {texts.run}
          </Button>
          {tool.side_effect !== "none" && <span className="text-soft text-xs">{texts.runs}</span>}
        </div>
      </form>
      <div aria-live="polite" className="mt-6">
        <FormFault error={trial.error} />
        {trial.data && <Outcome outcome={trial.data} />}
      </div>
    </Card>
  );
}

function Outcome({ outcome }: { outcome: ToolOutcome }) {
  return (
    <section aria-label={texts.result} className="border-line space-y-3 border-t pt-5">
      <p className="flex flex-wrap items-center gap-2 text-sm">
        <Badge tone={outcome.ok ? "good" : "bad"} dot>
          {outcome.ok ? texts.ok : texts.failed}
        </Badge>
        <span className="text-soft">{texts.took(format.duration(outcome.duration_ms))}</span>
      </p>
      {outcome.error && (
        <p className="text-sm">
          {outcome.error.message} <span className="text-soft">{outcome.error.hint}</span>
        </p>
      )}
      {outcome.text && <p className="text-sm">{outcome.text}</p>}
      <JsonView label={texts.asJson} value={outcome.error ?? outcome.content} />
    </section>
  );
}

function ArgumentInput({ field, value, fault, onChange }: {
  field: ArgumentField;
  value: string;
  fault?: string;
  onChange: (value: string) => void;
}) {
  const label = field.required ? `${field.label} *` : field.label;
  return (
    <Field label={label} hint={field.hint} fault={fault}>
      {(wiring) => {
        const common = { ...wiring, value, "aria-required": field.required };
        switch (field.kind) {
          case "choice":
          case "boolean":
            return (
              <Select {...common} className="w-full" onChange={(event) => onChange(event.target.value)}>
                <option value="">{texts.unset}</option>
                {(field.kind === "boolean" ? ["true", "false"] : field.choices).map((each) => (
                  <option key={each} value={each}>
                    {field.kind === "boolean" ? (each === "true" ? texts.yes : texts.no) : each}
                  </option>
                ))}
              </Select>
            );
          case "long":
          case "json":
            return (
              <Textarea
                {...common}
                rows={4}
                className={field.kind === "json" ? "font-mono" : undefined}
                placeholder={field.kind === "json" ? texts.asJson : undefined}
                onChange={(event) => onChange(event.target.value)}
              />
            );
          default:
            return (
              <Input
                {...common}
                inputMode={field.kind === "number" ? "decimal" : undefined}
                onChange={(event) => onChange(event.target.value)}
              />
            );
        }
      }}
    </Field>
  );
}
