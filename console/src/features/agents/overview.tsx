import { useQuery } from "@tanstack/react-query";
import { useParams } from "@tanstack/react-router";
import { ExternalLink, TriangleAlert } from "lucide-react";
import type { ReactNode } from "react";
import { agentQueries } from "@/api/agents";
import type { FaultOut } from "@/api/schema";
import { Badge } from "@/components/ui/badge";
import { Card, CardTitle } from "@/components/ui/card";
import { channelName } from "@/i18n/common";
import type { Spec } from "./spec";
import { texts } from "./texts";

export default function Overview() {
  const { slug } = useParams({ from: "/app/agents/$slug" });
  const agent = useQuery(agentQueries.one(slug)).data?.data;
  if (!agent) return null;
  const spec = (agent.current?.spec ?? {}) as Spec;
  const about = spec.agent;
  const fallback = [about?.model?.fallback ?? []].flat();
  const channels = [...new Set([...(spec.channels?.input ?? []), ...(spec.channels?.output ?? [])].map((each) => each.type))];
  return (
    <div className="grid items-start gap-4 lg:grid-cols-[1fr_22rem]">
      <div className="space-y-4">
        {agent.import_faults.length > 0 && <Faults title={texts.fileFaults} faults={agent.import_faults} />}
        {about?.objectives && about.objectives.length > 0 && (
          <Card className="p-5 sm:p-6">
            <CardTitle>{texts.objectives}</CardTitle>
            <ul className="mt-3 list-disc space-y-1.5 pl-5 text-sm marker:text-[var(--thunder)]">
              {about.objectives.map((each) => (
                <li key={each}>{each}</li>
              ))}
            </ul>
          </Card>
        )}
        <Card className="p-5 sm:p-6">
          <CardTitle>{texts.prompt}</CardTitle>
          <p className="mt-3 max-w-3xl text-sm leading-relaxed whitespace-pre-wrap">{about?.system_prompt}</p>
          {about?.greeting && (
            <>
              <h3 className="mt-5 text-sm font-semibold">{texts.greeting}</h3>
              <p className="text-soft mt-1 text-sm">{about.greeting}</p>
            </>
          )}
        </Card>
        {spec.tools && spec.tools.length > 0 && (
          <Card className="p-5 sm:p-6">
            <CardTitle>{texts.toolsOf}</CardTitle>
            <ul className="divide-line mt-2 divide-y">
              {spec.tools.map((tool) => {
                const told = typeof tool === "string" ? { name: tool } : tool;
                return (
                  <li key={told.name} className="flex flex-wrap items-baseline gap-x-3 gap-y-1 py-2.5">
                    <span className="font-mono text-sm font-semibold">{told.name}</span>
                    {"type" in told && told.type && <Badge>{told.type}</Badge>}
                    {"description" in told && <span className="text-soft w-full text-sm">{told.description}</span>}
                  </li>
                );
              })}
            </ul>
          </Card>
        )}
      </div>
      <div className="space-y-4">
        <Card className="p-5 sm:p-6">
          <dl className="space-y-4 text-sm">
            <Fact name={texts.model}>
              <span className="font-mono">{about?.model?.primary ?? "auto"}</span>
              {fallback.map((each) => (
                <span key={each} className="text-soft font-mono">
                  {" "}
                  → {each}
                </span>
              ))}
            </Fact>
            <Fact name={texts.languages}>{(about?.languages ?? [about?.language ?? "en"]).join(", ")}</Fact>
            {channels.length > 0 && (
              <Fact name={texts.channels}>
                <span className="flex flex-wrap gap-1.5">
                  {channels.map((each) => (
                    <Badge key={each} tone="accent">
                      {channelName(each)}
                    </Badge>
                  ))}
                </span>
              </Fact>
            )}
            {spec.knowledge?.files && <Fact name={texts.knowledge}>{spec.knowledge.files.join(", ")}</Fact>}
            <Fact name={texts.source}>
              <span className="break-all">{agent.source_file?.split("/").at(-1) ?? texts.sourceApi}</span>
            </Fact>
            <Fact name={texts.chatPage}>
              <a
                href={`/chat/${agent.slug}`}
                target="_blank"
                rel="noreferrer"
                className="text-accent inline-flex min-h-11 items-center gap-1.5 font-semibold underline underline-offset-4"
              >
                /chat/{agent.slug} <ExternalLink className="size-3.5" aria-hidden />
              </a>
            </Fact>
          </dl>
        </Card>
        {(agent.current?.warnings.length ?? 0) > 0 && (
          <Faults title={texts.warnings} faults={agent.current?.warnings ?? []} />
        )}
      </div>
    </div>
  );
}

function Fact({ name, children }: { name: string; children: ReactNode }) {
  return (
    <div>
      <dt className="text-soft text-xs font-semibold">{name}</dt>
      <dd className="mt-0.5">{children}</dd>
    </div>
  );
}

function Faults({ title, faults }: { title: string; faults: FaultOut[] }) {
  return (
    <Card className="border-warn/40 bg-warn-wash p-5 text-sm">
      <h2 className="text-warn flex items-center gap-2 font-semibold">
        <TriangleAlert className="size-4 shrink-0" aria-hidden /> {title}
      </h2>
      <ul className="mt-2 space-y-2">
        {faults.map((fault) => (
          <li key={`${fault.line}:${fault.path}`}>
            <span className="font-mono text-xs">{texts.line(fault.line)}</span> {fault.message} {fault.cure}
          </li>
        ))}
      </ul>
    </Card>
  );
}
