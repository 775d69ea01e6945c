import { useQuery } from "@tanstack/react-query";
import { CircleCheck, OctagonAlert, TriangleAlert } from "lucide-react";
import { healthQueries } from "@/api/health";
import type { HealthOut } from "@/api/schema";
import { Page } from "@/components/patterns/page";
import { Failed, Loading } from "@/components/patterns/states";
import { Card } from "@/components/ui/card";
import { cn } from "@/components/ui/cn";
import { format } from "@/i18n/catalogue";
import { Checks } from "./checks";
import { Jobs } from "./jobs";
import { texts } from "./texts";

const LOOKS = {
  ok: { icon: CircleCheck, colour: "bg-good-wash text-good" },
  degraded: { icon: TriangleAlert, colour: "bg-warn-wash text-warn" },
  down: { icon: OctagonAlert, colour: "bg-bad-wash text-bad" },
} as const;

export default function HealthPage() {
  const health = useQuery(healthQueries.now());
  return (
    <Page title={texts.title} about={texts.about}>
      {health.isPending ? (
        <Loading rows={3} className="h-24" />
      ) : health.isError ? (
        <Card>
          <Failed error={health.error} onRetry={() => void health.refetch()} />
        </Card>
      ) : (
        <>
          <Overall health={health.data} />
          <Checks checks={health.data.checks} />
          <Facts health={health.data} at={health.dataUpdatedAt} />
        </>
      )}
      <Jobs />
    </Page>
  );
}

function Overall({ health: { status } }: { health: HealthOut }) {
  const { icon: Icon, colour } = LOOKS[status];
  return (
    <div role="status" className={cn("mb-4 flex items-center gap-4 rounded-2xl p-4 sm:p-5", colour)}>
      <Icon className="size-7 shrink-0" aria-hidden />
      <div>
        <p className="font-bold">{texts.overall[status]}</p>
        <p className="text-ink text-sm">{texts.overallAbout[status]}</p>
      </div>
    </div>
  );
}

function Facts({ health, at }: { health: HealthOut; at: number }) {
  const facts = [
    [texts.version, health.version],
    [texts.role, texts.roles[health.role] ?? health.role],
    [texts.uptime, format.span(health.uptime_seconds)],
    [texts.turns, format.number(health.turns_running)],
    [texts.streams, format.number(health.streams_open)],
    [texts.checked, format.time(at)],
  ];
  return (
    <Card aria-label={texts.process} className="mt-4 px-5 py-4">
      <dl className="grid grid-cols-2 gap-x-6 gap-y-3 text-sm sm:grid-cols-3 lg:grid-cols-6">
        {facts.map(([name, value]) => (
          <div key={name}>
            <dt className="text-soft text-xs">{name}</dt>
            <dd className="mt-0.5 font-semibold tabular-nums">{value}</dd>
          </div>
        ))}
      </dl>
    </Card>
  );
}
