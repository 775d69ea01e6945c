import { useQuery } from "@tanstack/react-query";
import { useParams } from "@tanstack/react-router";
import { agentQueries } from "@/api/agents";
import type { AgentDetailOut } from "@/api/schema";
import { toolQueries } from "@/api/tools";
import { Failed, Loading } from "@/components/patterns/states";
import type { Schema } from "./schema";
import { Workspace } from "./workspace";

/** The agent's file as form and as YAML, side by side if one likes. */
export default function ConfigurationPage() {
  const { slug } = useParams({ from: "/app/agents/$slug" });
  const agent = useQuery(agentQueries.one(slug));
  const schema = useQuery(agentQueries.schema());
  const words = useQuery(agentQueries.vocabulary());
  const tools = useQuery(toolQueries.list());
  const failed = agent.error ?? schema.error ?? words.error;
  if (failed && !(agent.data && schema.data && words.data)) {
    return <Failed error={failed} onRetry={() => void Promise.all([agent.refetch(), schema.refetch(), words.refetch()])} />;
  }
  if (!agent.data || !schema.data || !words.data || tools.isPending) return <Loading rows={8} />;
  return (
    <Workspace
      key={slug}
      agent={agent.data.data as AgentDetailOut}
      etag={agent.data.etag}
      root={schema.data as Schema}
      vocabulary={words.data}
      tools={tools.data?.items ?? []}
    />
  );
}
