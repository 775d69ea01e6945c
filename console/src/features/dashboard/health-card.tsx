import { useQuery } from "@tanstack/react-query";
import { Bot, Brain, Database, HardDrive, ListChecks, type LucideIcon } from "lucide-react";
import { analyticsQueries } from "@/api/analytics";
import { healthQueries } from "@/api/health";
import type { ChecksOut, HealthOut } from "@/api/schema";
import { Badge, type Tone } from "@/components/ui/badge";
import { format } from "@/i18n/catalogue";
import { modelsOf } from "./models";
import { Bones, Part } from "./part";
import { texts } from "./texts";

type HealthState = HealthOut["status"];
const TONES: Record<HealthState, Tone> = { ok: "good", degraded: "warn", down: "bad" };

interface Line {
  key: keyof ChecksOut;
  icon: LucideIcon;
  state: HealthState;
  says: string;
}

function linesOf({ checks }: HealthOut): Line[] {
  const { database, jobs, storage, models, agents } = checks;
  const trouble = modelsOf(models).troubled;
  return [
    { key: "database", icon: Database, state: database.status, says: texts.answersIn(format.duration(Math.max(1, database.ms ?? 1))) },
    { key: "jobs", icon: ListChecks, state: jobs.status, says: texts.jobsWaiting(jobs.waiting ?? 0) },
    { key: "storage", icon: HardDrive, state: storage.status, says: texts.freeSpace(format.gigabytes(storage.free_bytes ?? 0)) },
    {
      key: "models",
      icon: Brain,
      state: trouble.length ? "degraded" : models.status,
      says: trouble.length ? texts.modelsTrouble(trouble) : texts.modelsReady(modelsOf(models).ready),
    },
    { key: "agents", icon: Bot, state: agents.status, says: texts.answering(agents.answering ?? 0) },
  ];
}

/** How the platform is, part by part and in plain words, and what it is doing at this moment. */
export function HealthCard({ className }: { className?: string }) {
  const query = useQuery(healthQueries.now());
  return (
    <Part
      title={texts.health}
      query={query}
      className={className}
      skeleton={<Bones rows={5} className="h-9" />}
      actions={
        query.data && (
          <Badge tone={TONES[query.data.status]} dot>
            {texts.healthState[query.data.status]}
          </Badge>
        )
      }
    >
      {(health) => (
        <div className="flex flex-1 flex-col">
          <dl className="divide-line mt-1 flex-1 divide-y px-5 sm:px-6">
            {linesOf(health).map(({ key, icon: Icon, state, says }) => (
              <div key={key} className="flex min-h-11 items-center gap-3 py-1.5 text-sm">
                <Icon className="text-soft size-4 shrink-0" aria-hidden />
                <dt className="font-medium">{texts.parts[key]}</dt>
                <dd className="ml-auto flex min-w-0 items-center gap-3">
                  {state === "ok" ? (
                    <>
                      <span className="text-soft truncate text-xs">{says}</span>
                      <span role="img" aria-label={texts.partState.ok} className="bg-good size-2 shrink-0 rounded-full" />
                    </>
                  ) : (
                    <>
                      {state === "degraded" && <span className="text-soft truncate text-xs">{says}</span>}
                      <Badge tone={TONES[state]}>{texts.partState[state]}</Badge>
                    </>
                  )}
                </dd>
              </div>
            ))}
          </dl>
          <RightNow />
        </div>
      )}
    </Part>
  );
}

function RightNow() {
  const { data } = useQuery(analyticsQueries.realtime());
  if (!data) return null;
  const figures = [
    [texts.openTalks, data.open_conversations],
    [texts.running, data.turns_running],
    [texts.inLine, data.messages_waiting],
  ] as const;
  return (
    <div className="bg-sunken/70 border-line mt-2 rounded-b-2xl border-t px-5 py-3 sm:px-6">
      <h3 className="sr-only">{texts.rightNow}</h3>
      <dl className="grid grid-cols-3 gap-2">
        {figures.map(([name, value]) => (
          <div key={name} className="flex flex-col-reverse">
            <dt className="text-soft text-xs">{name}</dt>
            <dd className="text-base font-bold tabular-nums">{format.compact(value)}</dd>
          </div>
        ))}
      </dl>
    </div>
  );
}
