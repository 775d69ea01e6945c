/** Messages that agents wrote to people: query keys and queries. */
import { infiniteQueryOptions } from "@tanstack/react-query";
import { api, told } from "./client";
import type { OutboxMessageOut } from "./schema";

export interface OutboxSearch {
  state?: OutboxMessageOut["state"];
}

export const outboxQueries = {
  list: (search: OutboxSearch) =>
    infiniteQueryOptions({
      queryKey: ["outbox", "list", search],
      queryFn: ({ pageParam }) =>
        told(api.GET("/api/v1/outbox", { params: { query: { ...search, cursor: pageParam, limit: 50 } } })),
      initialPageParam: undefined as string | undefined,
      getNextPageParam: (page) => page.next_cursor ?? undefined,
    }),
};
