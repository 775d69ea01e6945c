/** Notifications: query keys, queries and changes. */
import { infiniteQueryOptions, queryOptions } from "@tanstack/react-query";
import { api, told } from "./client";
import type { NotificationOut } from "./schema";

export interface NotificationSearch {
  unread?: boolean;
  kind?: NotificationOut["kind"];
}

const base = ["notifications"] as const;

export const notificationKeys = { all: base };

export const notificationQueries = {
  list: (search: NotificationSearch, limit = 50) =>
    infiniteQueryOptions({
      queryKey: [...base, "list", search, limit],
      queryFn: ({ pageParam }) =>
        told(api.GET("/api/v1/notifications", { params: { query: { ...search, cursor: pageParam, limit } } })),
      initialPageParam: undefined as string | undefined,
      getNextPageParam: (page) => page.next_cursor ?? undefined,
    }),
  unread: () =>
    queryOptions({ queryKey: [...base, "unread"], queryFn: () => told(api.GET("/api/v1/notifications/unread-count")) }),
  preferences: () =>
    queryOptions({
      queryKey: [...base, "preferences"],
      queryFn: () => told(api.GET("/api/v1/notifications/preferences")),
    }),
};

export const notifications = {
  read: (ids: string[]) => told(api.POST("/api/v1/notifications/read", { body: { ids } })),
  readAll: (before: string) => told(api.POST("/api/v1/notifications/read", { body: { all_before: before } })),
  prefer: (kind: string, wanted: boolean) =>
    told(api.PUT("/api/v1/notifications/preferences", { body: { wanted: { [kind]: wanted } } })),
};
