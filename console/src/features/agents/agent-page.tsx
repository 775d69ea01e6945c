import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { Link, Outlet, useParams } from "@tanstack/react-router";
import { Pause, Play, Power } from "lucide-react";
import { useState } from "react";
import { agentKeys, agentQueries, agents } from "@/api/agents";
import type { AgentDetailOut } from "@/api/schema";
import { Confirm } from "@/components/patterns/confirm";
import { Page } from "@/components/patterns/page";
import { Failed, Loading } from "@/components/patterns/states";
import { Status } from "@/components/patterns/status";
import { toast } from "@/components/patterns/toasts";
import { Button } from "@/components/ui/button";
import { TabLinks } from "@/components/ui/tabs";
import { texts } from "./texts";

/** One agent: its heading, what can be done with it, and its parts. */
export default function AgentPage() {
  const { slug } = useParams({ from: "/app/agents/$slug" });
  const agent = useQuery(agentQueries.one(slug));
  if (agent.isPending) return <Loading />;
  if (agent.isError) {
    return (
      <Page title={slug}>
        <Failed error={agent.error} onRetry={() => void agent.refetch()} />
      </Page>
    );
  }
  const { data } = agent.data;
  const at = `/agents/${slug}`;
  return (
    <Page
      wide
      title={data.name}
      badge={<Status state={data.status} />}
      about={
        <span className="font-mono text-xs">
          {data.slug} · {data.version == null ? texts.draftOnly : texts.number(data.version)}
        </span>
      }
      actions={
        <>
          <Life agent={data} />
          <Button asChild look="primary">
            <Link to="/playground" search={{ agent: slug }}>
              <Play aria-hidden /> {texts.try}
            </Link>
          </Button>
        </>
      }
    >
      <TabLinks
        label={texts.tabs}
        tabs={[
          { to: at, label: texts.overview, exact: true },
          { to: `${at}/configuration`, label: texts.configuration },
          { to: `${at}/versions`, label: texts.versions },
          { to: `${at}/settings`, label: texts.settings },
        ]}
      />
      <Outlet />
    </Page>
  );
}

function Life({ agent }: { agent: AgentDetailOut }) {
  const [asking, setAsking] = useState(false);
  const queries = useQueryClient();
  const move = useMutation({
    mutationFn: (to: "pause" | "activate") => agents.move(agent.slug, to),
    onSuccess: async (_, to) => {
      setAsking(false);
      toast.done(to === "pause" ? texts.paused(agent.name) : texts.activated(agent.name));
      await queries.invalidateQueries({ queryKey: agentKeys.all });
    },
    onError: toast.failed,
  });
  if (agent.status === "active" || agent.status === "testing") {
    return (
      <>
        <Button onClick={() => setAsking(true)}>
          <Pause aria-hidden /> {texts.pause}
        </Button>
        <Confirm
          open={asking}
          title={texts.pauseTitle(agent.name)}
          about={texts.pauseAbout}
          action={texts.pause}
          busy={move.isPending}
          onConfirm={() => move.mutate("pause")}
          onClose={() => setAsking(false)}
        />
      </>
    );
  }
  if (agent.status === "archived" || agent.version == null) return null;
  return (
    <Button busy={move.isPending} onClick={() => move.mutate("activate")}>
      <Power aria-hidden /> {texts.activate}
    </Button>
  );
}
