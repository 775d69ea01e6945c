/** Conversations, their messages and traces: query keys, queries, and the stream of a turn. */
import { infiniteQueryOptions, queryOptions } from "@tanstack/react-query";
import { api, fetchSigned, told } from "./client";
import { localTurns } from "./local-turns";
import { problemOf } from "./problem";
import { readEvents, type SentEvent } from "./sse";

export interface ConversationSearch {
  agent_id?: string;
  status?: "open" | "handed_off" | "closed";
  channel?: string;
  sort?: string;
}

/** States in which a run goes on, so that its trace grows. */
const UNENDED: ReadonlySet<string> = new Set(["queued", "running"]);
const LOOK_AGAIN_MS = 1000;

const base = ["conversations"] as const;
const at = (conversation_id: string) => ({ path: { conversation_id } });

export const conversationKeys = { all: base, one: (id: string) => [...base, id] as const };

export const conversationQueries = {
  list: (search: ConversationSearch) =>
    infiniteQueryOptions({
      queryKey: [...base, "list", search],
      queryFn: ({ pageParam }) =>
        told(api.GET("/api/v1/conversations", { params: { query: { ...search, cursor: pageParam, limit: 50 } } })),
      initialPageParam: undefined as string | undefined,
      getNextPageParam: (page) => page.next_cursor ?? undefined,
    }),
  one: (id: string) =>
    queryOptions({
      queryKey: [...conversationKeys.one(id), "detail"],
      queryFn: () => told(api.GET("/api/v1/conversations/{conversation_id}", { params: at(id) })),
    }),
  messages: (id: string) =>
    infiniteQueryOptions({
      queryKey: [...conversationKeys.one(id), "messages"],
      queryFn: ({ pageParam }) =>
        told(
          api.GET("/api/v1/conversations/{conversation_id}/messages", {
            params: { ...at(id), query: { cursor: pageParam, limit: 200 } },
          }),
        ),
      initialPageParam: undefined as string | undefined,
      getNextPageParam: (page) => page.next_cursor ?? undefined,
    }),
  /** The last messages, oldest first. */
  latest: (id: string) =>
    queryOptions({
      queryKey: [...conversationKeys.one(id), "latest"],
      queryFn: async () => {
        const query = { sort: "-seq", limit: 100 };
        const page = await told(
          api.GET("/api/v1/conversations/{conversation_id}/messages", { params: { ...at(id), query } }),
        );
        return { ...page, items: page.items.toReversed() };
      },
    }),
  trace: (id: string) =>
    queryOptions({
      queryKey: [...conversationKeys.one(id), "trace"],
      queryFn: () =>
        told(
          api.GET("/api/v1/conversations/{conversation_id}/trace", { params: { ...at(id), query: { limit: 200 } } }),
        ),
      refetchInterval: ({ state }) => (state.data?.items.some((run) => UNENDED.has(run.state)) ? LOOK_AGAIN_MS : false),
    }),
  run: (id: string, run_id: string) =>
    queryOptions({
      queryKey: [...conversationKeys.one(id), "trace", run_id],
      queryFn: () =>
        told(
          api.GET("/api/v1/conversations/{conversation_id}/trace/{run_id}", {
            params: { path: { conversation_id: id, run_id } },
          }),
        ),
      staleTime: 60_000,
    }),
};

export const conversations = {
  create: (agent: string) =>
    told(
      api.POST("/api/v1/conversations", {
        params: {},
        body: { agent_id: agent, channel: "playground", contact: null, metadata: { source: "console" } },
      }),
    ),
  close: (id: string) => told(api.DELETE("/api/v1/conversations/{conversation_id}", { params: at(id) })),

  /** Says something and yields what happens until the turn ends; a second try with the same key is no second turn. */
  async *say(id: string, content: string, key: string, signal: AbortSignal): AsyncGenerator<SentEvent> {
    const request = new Request(`${location.origin}/api/v1/conversations/${id}/messages`, {
      method: "POST",
      headers: { Accept: "text/event-stream", "Content-Type": "application/json", "Idempotency-Key": key },
      body: JSON.stringify({ content }),
      signal,
    });
    const end = localTurns.begin(id);
    try {
      const answer = await fetchSigned(request);
      if (!answer.ok || !answer.body) throw await problemOf(answer);
      yield* readEvents(answer.body);
    } finally {
      end();
    }
  },
};
