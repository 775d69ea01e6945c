import { Bot, Brain, Cog, Database, HardDrive, type LucideIcon } from "lucide-react";
import type { HealthOut } from "@/api/schema";
import { Badge } from "@/components/ui/badge";
import { Card, CardTitle } from "@/components/ui/card";
import { format } from "@/i18n/catalogue";
import { common } from "@/i18n/common";
import { texts } from "./texts";

type AllChecks = HealthOut["checks"];
type Part = keyof AllChecks;

const TONES = { ok: "good", degraded: "warn", down: "bad" } as const;
const ICONS: Record<Part, LucideIcon> = { database: Database, jobs: Cog, storage: HardDrive, models: Brain, agents: Bot };
const PARTS: Part[] = ["database", "jobs", "agents", "models", "storage"];
const PROVIDERS = ["openai", "anthropic", "google"] as const;

/** Each part of the platform in plain words, and what to do where it does not work. */
export function Checks({ checks }: { checks: AllChecks }) {
  return (
    <ul className="grid grid-cols-1 gap-4 sm:grid-cols-2 lg:grid-cols-6">
      {PARTS.map((part, place) => (
        <li key={part} className={place < 3 ? "lg:col-span-2" : "lg:col-span-3"}>
          <Check part={part} checks={checks} />
        </li>
      ))}
    </ul>
  );
}

function Check({ part, checks }: { part: Part; checks: AllChecks }) {
  const { status, reason } = checks[part];
  const Icon = ICONS[part];
  return (
    <Card className="h-full p-5">
      <div className="flex flex-wrap items-center gap-3">
        <span className="bg-sunken text-soft grid size-9 shrink-0 place-items-center rounded-lg">
          <Icon className="size-[1.1rem]" aria-hidden />
        </span>
        <CardTitle className="min-w-0 flex-1">{texts.parts[part]}</CardTitle>
        <Badge tone={TONES[status]} dot>
          {texts.state[status]}
        </Badge>
      </div>
      <div className="mt-3 space-y-1 text-sm">
        {reason && <p>{texts.reason(reason)}</p>}
        {lines(part, checks).map((line) => (
          <p key={line} className="text-soft">
            {line}
          </p>
        ))}
      </div>
      {status !== "ok" && (
        <p className="bg-sunken mt-3 rounded-lg px-3 py-2.5 text-sm">
          <span className="font-semibold">{texts.what}: </span>
          {texts.todo[part]}
        </p>
      )}
    </Card>
  );
}

function lines(part: Part, checks: AllChecks): string[] {
  switch (part) {
    case "database":
      return checks.database.ms == null ? [] : [texts.databaseFast(format.duration(Math.max(1, checks.database.ms)))];
    case "jobs":
      return checks.jobs.waiting == null ? [] : [texts.jobsWait(checks.jobs.waiting)];
    case "storage":
      return checks.storage.free_bytes == null ? [] : [texts.free(format.bytes(checks.storage.free_bytes))];
    case "agents":
      return agentLines(checks.agents);
    case "models":
      return modelLines(checks.models);
  }
}

function agentLines({ answering, by_status }: AllChecks["agents"]): string[] {
  if (answering == null) return [];
  const names: Record<string, string> = common.status;
  const rest = Object.entries(by_status ?? {}).filter(([status]) => status !== "active" && status !== "testing");
  const others = rest.map(([status, count]) => `${names[status] ?? status}: ${format.number(count)}`).join(", ");
  return [texts.answering(answering), ...(others ? [others] : [])];
}

function modelLines(models: AllChecks["models"]): string[] {
  const connected = PROVIDERS.filter((name) => models[name].configured);
  const first = connected.length
    ? texts.connected(connected.map((name) => texts.providers[name]).join(", "))
    : texts.offlineOnly;
  const silent = connected.flatMap((name) =>
    Object.entries(models[name].models).flatMap(([model, { breaker, retry_in_seconds }]) => {
      if (breaker === "closed") return [];
      return [breaker === "open" ? texts.resting(model, format.span(Math.ceil(retry_in_seconds))) : texts.trying(model)];
    }),
  );
  return [first, ...silent];
}
