/** Conversations, their messages and traces: query keys, queries, and the stream of a turn. */
import { infiniteQueryOptions, queryOptions } from "@tanstack/react-query";
import { api, fetchSigned, told } from "./client";
import { localTurns } from "./local-turns";
import { problemOf } from "./problem";
import type { FileOut, MessageOut } from "./schema";
import { readEvents, type SentEvent } from "./sse";

export interface ConversationSearch {
  search?: string;
  agent_id?: string;
  contact_id?: string;
  status?: "open" | "handed_off" | "closed";
  channel?: string;
  /** Days as yyyy-mm-dd, of the reader's own zone; both inclusive. */
  from?: string;
  to?: string;
  sort?: string;
}

/** What a test conversation is held to. */
export interface Pins {
  version?: number | null;
  model?: string | null;
  simulated_channel?: string | null;
}

const PAGE = 200;
const FRESH_MS = 60_000;

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
      queryFn: ({ pageParam, client }) => {
        const load = () =>
          told(
            api.GET("/api/v1/conversations", {
              params: { query: { ...search, ...days(search), cursor: pageParam, limit: pageParam ? PAGE : 50 } },
            }),
          );
        // Whenever anything is said, the list is looked at again; of its many pages only the first has news in it.
        if (!pageParam) return load();
        return client.fetchQuery({ queryKey: ["conversation-page", search, pageParam], queryFn: load, staleTime: FRESH_MS });
      },
      initialPageParam: undefined as string | undefined,
      getNextPageParam: (page) => page.next_cursor ?? undefined,
    }),
  channels: () =>
    queryOptions({
      queryKey: [...base, "channels"],
      queryFn: () => told(api.GET("/api/v1/conversations/channels")),
      staleTime: 30_000,
    }),
  one: (id: string) =>
    queryOptions({
      queryKey: [...conversationKeys.one(id), "detail"],
      queryFn: () => told(api.GET("/api/v1/conversations/{conversation_id}", { params: at(id) })),
    }),
  /** The newest page first, each page from the last message to the first. */
  messages: (id: string) =>
    infiniteQueryOptions({
      queryKey: [...conversationKeys.one(id), "messages"],
      queryFn: ({ pageParam }) =>
        told(
          api.GET("/api/v1/conversations/{conversation_id}/messages", {
            params: { ...at(id), query: { sort: "-seq", cursor: pageParam, limit: 100 } },
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
  create: (agent: string, pins: Pins) =>
    told(
      api.POST("/api/v1/conversations", {
        params: {},
        body: { agent_id: agent, channel: "playground", contact: null, metadata: { source: "console" }, ...pins },
      }),
    ),
  /** A test that has what was said before one of the customer's messages. */
  fork: (id: string, before_message_id: string, pins: Pins) =>
    told(
      api.POST("/api/v1/conversations/{conversation_id}/fork", { params: at(id), body: { before_message_id, ...pins } }),
    ),
  cancel: (id: string) => told(api.POST("/api/v1/conversations/{conversation_id}/cancel", { params: at(id) })),
  close: (id: string) => told(api.DELETE("/api/v1/conversations/{conversation_id}", { params: at(id) })),

  /** Says something and yields what happens until the turn ends; a second try with the same key is no second turn. */
  async *say(
    id: string,
    said: { content: string; attachments: string[] },
    key: string,
    signal: AbortSignal,
  ): AsyncGenerator<SentEvent> {
    const request = new Request(`${location.origin}/api/v1/conversations/${id}/messages`, {
      method: "POST",
      headers: { Accept: "text/event-stream", "Content-Type": "application/json", "Idempotency-Key": key },
      body: JSON.stringify(said),
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

  upload: async (id: string, file: File): Promise<FileOut> => {
    const body = new FormData();
    body.append("file", file);
    const address = `${location.origin}/api/v1/conversations/${id}/files`;
    const answer = await fetchSigned(new Request(address, { method: "POST", body }));
    if (!answer.ok) throw await problemOf(answer);
    return (await answer.json()) as FileOut;
  },
  download: async (id: string, file_id: string): Promise<Blob> => {
    const answer = await fetchSigned(new Request(`${location.origin}/api/v1/conversations/${id}/files/${file_id}`));
    if (!answer.ok) throw await problemOf(answer);
    return answer.blob();
  },
  /** Everything that was said, for a file. */
  everything: async (id: string): Promise<MessageOut[]> => {
    const all: MessageOut[] = [];
    let cursor: string | undefined;
    do {
      const page = await told(
        api.GET("/api/v1/conversations/{conversation_id}/messages", {
          params: { ...at(id), query: { cursor, limit: PAGE } },
        }),
      );
      all.push(...page.items);
      cursor = page.next_cursor ?? undefined;
    } while (cursor);
    return all;
  },
};

/** The reader's days as times of the server. */
function days({ from, to }: ConversationSearch): { from?: string; to?: string } {
  const start = (day: string, later: number) => {
    const [year = 0, month = 1, date = 1] = day.split("-").map(Number);
    return new Date(year, month - 1, date + later).toISOString();
  };
  return { from: from && start(from, 0), to: to && start(to, 1) };
}
