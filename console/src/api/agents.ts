/** Agents: query keys, queries and changes. */
import { infiniteQueryOptions, queryOptions } from "@tanstack/react-query";
import { api, told, toldWithTag } from "./client";
import type { AgentStatus } from "./schema";

export interface AgentSearch {
  filter?: string;
  status?: AgentStatus;
  sort?: string;
}

const base = ["agents"] as const;
const asText = { headers: { "Content-Type": "application/yaml" }, bodySerializer: (body: unknown) => body as string };

export const agentKeys = { all: base, one: (slug: string) => [...base, slug] as const };

export const agentQueries = {
  list: (search: AgentSearch) =>
    infiniteQueryOptions({
      queryKey: [...base, "list", search],
      queryFn: ({ pageParam }) =>
        told(api.GET("/api/v1/agents", { params: { query: { ...search, cursor: pageParam, limit: 50 } } })),
      initialPageParam: undefined as string | undefined,
      getNextPageParam: (page) => page.next_cursor ?? undefined,
    }),
  names: () =>
    queryOptions({
      queryKey: [...base, "names"],
      queryFn: () => told(api.GET("/api/v1/agents", { params: { query: { limit: 200, sort: "name" } } })),
      staleTime: 30_000,
    }),
  one: (slug: string) =>
    queryOptions({
      queryKey: [...agentKeys.one(slug), "detail"],
      queryFn: () => toldWithTag(api.GET("/api/v1/agents/{agent_id}", { params: { path: { agent_id: slug } } })),
    }),
  /** The public key of its chat. */
  embed: (slug: string) =>
    queryOptions({
      queryKey: [...agentKeys.one(slug), "embed"],
      queryFn: () => told(api.GET("/api/v1/agents/{agent_id}/embed", { params: { path: { agent_id: slug } } })),
      staleTime: Infinity,
    }),
  versions: (slug: string) =>
    queryOptions({
      queryKey: [...agentKeys.one(slug), "versions"],
      queryFn: () =>
        told(
          api.GET("/api/v1/agents/{agent_id}/versions", {
            params: { path: { agent_id: slug }, query: { limit: 200 } },
          }),
        ),
    }),
  version: (slug: string, number: number) =>
    queryOptions({
      queryKey: [...agentKeys.one(slug), "versions", number],
      queryFn: () =>
        told(
          api.GET("/api/v1/agents/{agent_id}/versions/{number}", { params: { path: { agent_id: slug, number } } }),
        ),
      staleTime: Infinity,
    }),
};

export const agents = {
  validate: (source: string, signal?: AbortSignal) =>
    told(api.POST("/api/v1/agents/validate", { body: source as never, signal, ...asText })),
  create: (source: string) => told(api.POST("/api/v1/agents", { body: source as never, ...asText })),
  save: (slug: string, source: string, etag: string, reason: string) =>
    toldWithTag(
      api.PUT("/api/v1/agents/{agent_id}", {
        params: { path: { agent_id: slug }, query: { reason }, header: { "If-Match": etag } },
        body: source as never,
        bodySerializer: asText.bodySerializer,
        headers: asText.headers,
      }),
    ),
  rollback: (slug: string, version: number, reason: string) =>
    told(
      api.POST("/api/v1/agents/{agent_id}/rollback", {
        params: { path: { agent_id: slug } },
        body: { version, reason },
      }),
    ),
  move: (slug: string, move: "pause" | "activate" | "restore") =>
    told(api.POST("/api/v1/agents/{agent_id}/{move}", { params: { path: { agent_id: slug, move } } })),
};
