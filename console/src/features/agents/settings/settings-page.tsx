import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { Link, useParams } from "@tanstack/react-router";
import { CopyPlus, Download } from "lucide-react";
import { agentKeys, agentQueries, agents, type AgentMove } from "@/api/agents";
import type { AgentDetailOut } from "@/api/schema";
import { Status } from "@/components/patterns/status";
import { toast } from "@/components/patterns/toasts";
import { Button } from "@/components/ui/button";
import { Card, CardTitle } from "@/components/ui/card";
import { cn } from "@/components/ui/cn";
import { common } from "@/i18n/common";
import { Archive } from "./archive";
import { OnPages } from "./on-pages";
import { texts } from "./texts";

type Answering = keyof typeof texts.states;
const MOVES: Record<Answering, AgentMove> = { draft: "draft", testing: "testing", active: "activate", paused: "pause" };
/** From where to where an agent may go; the server has the last word. */
const LEGAL: Record<Answering, Answering[]> = {
  draft: ["testing", "active"],
  testing: ["draft", "active"],
  active: ["testing", "paused"],
  paused: ["testing", "active"],
};

/** Status, place on pages, file and end of one agent. */
export default function AgentSettingsPage() {
  const { slug } = useParams({ from: "/app/agents/$slug" });
  const agent = useQuery(agentQueries.one(slug)).data?.data as AgentDetailOut | undefined;
  if (!agent) return null;
  return (
    <div className="max-w-3xl space-y-4">
      <Life agent={agent} />
      {agent.status !== "archived" && <OnPages agent={agent} />}
      <FileCard agent={agent} />
      {agent.status !== "archived" && <Archive agent={agent} />}
    </div>
  );
}

function Life({ agent }: { agent: AgentDetailOut }) {
  const queries = useQueryClient();
  const move = useMutation({
    mutationFn: (to: AgentMove) => agents.move(agent.slug, to),
    onSuccess: async (now, to) => {
      toast.done(to === "restore" ? texts.restored(agent.name) : texts.moved(agent.name, common.status[now.status]));
      await queries.invalidateQueries({ queryKey: agentKeys.all });
    },
    onError: toast.failed,
  });
  if (agent.status === "archived") {
    return (
      <Card className="p-5 sm:p-6">
        <CardTitle>{texts.status}</CardTitle>
        <p className="text-soft mt-1 mb-4 text-sm">{texts.archived}</p>
        <Button look="primary" busy={move.isPending} onClick={() => move.mutate("restore")}>
          {texts.restore}
        </Button>
      </Card>
    );
  }
  const now: Answering = agent.status;
  return (
    <Card className="p-5 sm:p-6">
      <CardTitle>{texts.status}</CardTitle>
      <p className="text-soft mt-1 mb-4 text-sm">{texts.statusAbout}</p>
      <div role="radiogroup" aria-label={texts.status} className="grid gap-2 sm:grid-cols-2">
        {(Object.keys(MOVES) as Answering[]).map((each) => {
          const legal = each === now || (LEGAL[now].includes(each) && agent.latest_version > 0);
          return (
            <button
              key={each}
              type="button"
              role="radio"
              aria-checked={each === now}
              disabled={!legal || move.isPending}
              title={legal ? undefined : texts.notFrom}
              className={cn(
                "border-line flex flex-col items-start gap-2 rounded-xl border p-4 text-left disabled:opacity-50",
                each === now ? "border-spark bg-accent-wash/50 ring-spark ring-1" : "hover:bg-sunken",
              )}
              onClick={() => each !== now && move.mutate(MOVES[each])}
            >
              <Status state={each} />
              <span className="text-soft text-sm">{texts.states[each]}</span>
            </button>
          );
        })}
      </div>
    </Card>
  );
}

function FileCard({ agent }: { agent: AgentDetailOut }) {
  const download = () => {
    const file = new Blob([agent.current?.source ?? ""], { type: "application/yaml" });
    const link = document.createElement("a");
    link.href = URL.createObjectURL(file);
    link.download = `${agent.slug}.yaml`;
    link.click();
    URL.revokeObjectURL(link.href);
  };
  return (
    <Card className="p-5 sm:p-6">
      <CardTitle>{texts.file}</CardTitle>
      <p className="text-soft mt-1 mb-4 text-sm">{agent.source_file ? texts.fileFolder(agent.source_file) : texts.fileApi}</p>
      <div className="flex flex-wrap gap-2">
        <Button disabled={!agent.current} onClick={download}>
          <Download aria-hidden /> {texts.download}
        </Button>
        <Button asChild>
          <Link to="/new-agent" search={{ from: agent.slug }}>
            <CopyPlus aria-hidden /> {texts.duplicate}
          </Link>
        </Button>
      </div>
    </Card>
  );
}
