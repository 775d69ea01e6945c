/** Agents: query keys, queries and changes. */
import { infiniteQueryOptions, queryOptions } from "@tanstack/react-query";
import { api, told, toldWithTag } from "./client";
import type { AgentStatus } from "./schema";

export interface AgentSearch {
  filter?: string;
  status?: AgentStatus;
  sort?: string;
}

export type AgentMove = "pause" | "activate" | "restore" | "testing" | "draft";

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
  diff: (slug: string, from: number, to: number) =>
    queryOptions({
      queryKey: [...agentKeys.one(slug), "diff", from, to],
      queryFn: () =>
        told(api.GET("/api/v1/agents/{agent_id}/diff", { params: { path: { agent_id: slug }, query: { from, to } } })),
      staleTime: Infinity,
    }),
  embed: (slug: string) =>
    queryOptions({
      queryKey: [...agentKeys.one(slug), "embed"],
      queryFn: () => told(api.GET("/api/v1/agents/{agent_id}/embed", { params: { path: { agent_id: slug } } })),
    }),
  /** The JSON Schema of agent files; it changes with a release alone. */
  schema: () =>
    queryOptions({
      queryKey: [...base, "schema"],
      queryFn: () => told(api.GET("/api/v1/agents/schema")),
      staleTime: Infinity,
    }),
  vocabulary: () =>
    queryOptions({
      queryKey: [...base, "vocabulary"],
      queryFn: () => told(api.GET("/api/v1/agents/vocabulary")),
      staleTime: 60_000,
    }),
};

export const agents = {
  validate: (source: string, signal?: AbortSignal) =>
    told(api.POST("/api/v1/agents/validate", { body: source as never, signal, ...asText })),
  create: (source: string, query: { slug?: string; reason?: string; publish?: boolean } = {}) =>
    told(api.POST("/api/v1/agents", { params: { query }, body: source as never, ...asText })),
  convert: (source: string) => told(api.POST("/api/v1/agents/convert", { body: source as never, ...asText })),
  save: (slug: string, source: string, etag: string, { reason, publish }: { reason: string; publish: boolean }) =>
    toldWithTag(
      api.PUT("/api/v1/agents/{agent_id}", {
        params: { path: { agent_id: slug }, query: { reason, publish }, header: { "If-Match": etag } },
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
  publish: (slug: string, version: number, reason: string) =>
    told(
      api.POST("/api/v1/agents/{agent_id}/publish", { params: { path: { agent_id: slug } }, body: { version, reason } }),
    ),
  move: (slug: string, move: AgentMove, reason = "") =>
    told(api.POST("/api/v1/agents/{agent_id}/{move}", { params: { path: { agent_id: slug, move } }, body: { reason } })),
  archive: (slug: string, reason: string) =>
    told(api.DELETE("/api/v1/agents/{agent_id}", { params: { path: { agent_id: slug }, query: { reason } } })),
  setOrigins: (slug: string, allowed_origins: string[]) =>
    told(
      api.PATCH("/api/v1/agents/{agent_id}/embed", { params: { path: { agent_id: slug } }, body: { allowed_origins } }),
    ),
};
