import { Link } from "@tanstack/react-router";
import { MessagesSquare, Play, TriangleAlert } from "lucide-react";
import type { AgentListedOut } from "@/api/schema";
import { Status } from "@/components/patterns/status";
import { Badge } from "@/components/ui/badge";
import { Button } from "@/components/ui/button";
import { Card } from "@/components/ui/card";
import { channelName } from "@/i18n/common";
import { format } from "@/i18n/catalogue";
import { texts } from "./texts";

const COVERS =
  "font-semibold after:absolute after:inset-0 focus-visible:outline-none focus-visible:after:rounded-lg focus-visible:after:outline-2 focus-visible:after:-outline-offset-2 focus-visible:after:outline-accent";

/** The agent's letter, name and slug; the whole row or card leads to it. */
export function AgentName({ agent }: { agent: AgentListedOut }) {
  return (
    <span className="flex min-w-0 items-center gap-3">
      <span aria-hidden className="bg-accent-wash text-accent grid size-9 shrink-0 place-items-center rounded-xl font-bold">
        {agent.name.charAt(0)}
      </span>
      <span className="min-w-0">
        <Link to="/agents/$slug" params={{ slug: agent.slug }} className={COVERS}>
          {agent.name}
        </Link>
        <span className="text-soft block truncate font-mono text-xs">{agent.slug}</span>
      </span>
    </span>
  );
}

export function Warnings({ agent }: { agent: AgentListedOut }) {
  const faults = agent.import_faults.length;
  if (!faults && !agent.warning_count) return null;
  return (
    <Badge tone={faults ? "bad" : "warn"}>
      <TriangleAlert className="size-3" aria-hidden />
      {faults ? texts.faults(faults) : texts.warned(agent.warning_count)}
    </Badge>
  );
}

export function Version({ agent }: { agent: AgentListedOut }) {
  if (agent.version == null) return <span className="text-soft">{texts.draftOnly}</span>;
  return (
    <span className="tabular-nums">
      v{agent.version}
      {agent.latest_version > agent.version && <span className="text-soft"> / v{agent.latest_version}</span>}
    </span>
  );
}

export function Channels({ agent }: { agent: AgentListedOut }) {
  return (
    <span className="flex flex-wrap gap-1">
      {agent.channels.map((each) => (
        <Badge key={each}>{channelName(each)}</Badge>
      ))}
    </span>
  );
}

export function Updated({ agent }: { agent: AgentListedOut }) {
  return (
    <time dateTime={agent.updated_at} title={format.date(agent.updated_at)} className="text-soft">
      {format.ago(agent.updated_at)}
    </time>
  );
}

/** A row where there is no room for columns. */
export function AgentRow({ agent }: { agent: AgentListedOut }) {
  return (
    <div className="flex items-center justify-between gap-3 p-4">
      <AgentName agent={agent} />
      <span className="flex shrink-0 flex-col items-end gap-1 text-xs">
        <Status state={agent.status} />
        <Warnings agent={agent} />
        <Version agent={agent} />
      </span>
    </div>
  );
}

/** An agent at a glance. */
export function AgentCard({ agent }: { agent: AgentListedOut }) {
  return (
    <Card className="hover:border-line-strong relative flex h-full flex-col gap-4 p-5 transition-colors">
      <div className="flex items-start justify-between gap-3">
        <AgentName agent={agent} />
        <Status state={agent.status} />
      </div>
      <dl className="text-sm">
        <div className="flex justify-between gap-3 py-1">
          <dt className="text-soft">{texts.model}</dt>
          <dd className="truncate font-mono text-xs leading-5">{agent.model}</dd>
        </div>
        <div className="flex justify-between gap-3 py-1">
          <dt className="text-soft">{texts.answersOn}</dt>
          <dd>
            <Channels agent={agent} />
          </dd>
        </div>
        <div className="flex justify-between gap-3 py-1">
          <dt className="text-soft">{texts.version}</dt>
          <dd>
            <Version agent={agent} /> · <Updated agent={agent} />
          </dd>
        </div>
      </dl>
      <div className="mt-auto flex flex-wrap items-center gap-2">
        <Warnings agent={agent} />
        <span className="relative z-10 ml-auto flex flex-wrap justify-end gap-1">
          <Button asChild look="quiet" size="small">
            <Link to="/conversations" search={{ agent_id: agent.id }}>
              <MessagesSquare aria-hidden /> {texts.talks}
            </Link>
          </Button>
          <Button asChild size="small">
            <Link to="/playground" search={{ agent: agent.slug }}>
              <Play aria-hidden /> {texts.try}
            </Link>
          </Button>
        </span>
      </div>
    </Card>
  );
}
