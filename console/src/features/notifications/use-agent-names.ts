import { useQuery } from "@tanstack/react-query";
import { agentQueries } from "@/api/agents";
import type { PageAgentListedOut } from "@/api/schema";

/** Names by slug. */
export function namesOf(agents: Pick<PageAgentListedOut, "items"> | undefined): ReadonlyMap<string, string> {
  return new Map(agents?.items.map(({ slug, name }) => [slug, name]));
}

/** What the agents are called; notifications know them by their slugs. */
export function useAgentNames(): ReadonlyMap<string, string> {
  return namesOf(useQuery(agentQueries.names()).data);
}
