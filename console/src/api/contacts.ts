/** Contacts, what is remembered of them and their talks: query keys, queries and changes. */
import { infiniteQueryOptions, queryOptions } from "@tanstack/react-query";
import { api, fetchSigned, told, toldWithTag } from "./client";
import { problemOf } from "./problem";
import type { ContactChangeBody, MemoryChangeBody, NewContactBody } from "./schema";

export interface ContactSearch {
  search?: string;
  channel?: string;
  sort?: string;
}

const base = ["contacts"] as const;
const at = (contact_id: string) => ({ path: { contact_id } });

export const contactKeys = { all: base, one: (id: string) => [...base, id] as const };

export const contactQueries = {
  list: (search: ContactSearch) =>
    infiniteQueryOptions({
      queryKey: [...base, "list", search],
      queryFn: ({ pageParam }) =>
        told(api.GET("/api/v1/contacts", { params: { query: { ...search, cursor: pageParam, limit: 50 } } })),
      initialPageParam: undefined as string | undefined,
      getNextPageParam: (page) => page.next_cursor ?? undefined,
    }),
  /** Each look at a person is audited, so that one visit of the page is one look. */
  one: (id: string) =>
    queryOptions({
      queryKey: [...contactKeys.one(id), "detail"],
      queryFn: () => toldWithTag(api.GET("/api/v1/contacts/{contact_id}", { params: at(id) })),
      refetchOnWindowFocus: false,
    }),
  memories: (id: string) =>
    infiniteQueryOptions({
      queryKey: [...contactKeys.one(id), "memories"],
      queryFn: ({ pageParam }) =>
        told(
          api.GET("/api/v1/contacts/{contact_id}/memories", {
            params: { ...at(id), query: { cursor: pageParam, limit: 50 } },
          }),
        ),
      initialPageParam: undefined as string | undefined,
      getNextPageParam: (page) => page.next_cursor ?? undefined,
    }),
  talks: (id: string) =>
    infiniteQueryOptions({
      queryKey: ["conversations", "of-contact", id],
      queryFn: ({ pageParam }) =>
        told(
          api.GET("/api/v1/conversations", {
            params: { query: { contact_id: id, sort: "-updated_at", cursor: pageParam, limit: 20 } },
          }),
        ),
      initialPageParam: undefined as string | undefined,
      getNextPageParam: (page) => page.next_cursor ?? undefined,
    }),
};

export const contacts = {
  create: (body: NewContactBody) => told(api.POST("/api/v1/contacts", { params: {}, body })),
  change: (id: string, body: ContactChangeBody, etag: string) =>
    toldWithTag(
      api.PATCH("/api/v1/contacts/{contact_id}", { params: { ...at(id), header: { "If-Match": etag } }, body }),
    ),
  erase: (id: string) => told(api.DELETE("/api/v1/contacts/{contact_id}", { params: at(id) })),
  changeMemory: (id: string, memory_id: string, body: MemoryChangeBody) =>
    told(
      api.PATCH("/api/v1/contacts/{contact_id}/memories/{memory_id}", {
        params: { path: { contact_id: id, memory_id } },
        body,
      }),
    ),
  forgetMemory: (id: string, memory_id: string) =>
    told(
      api.DELETE("/api/v1/contacts/{contact_id}/memories/{memory_id}", {
        params: { path: { contact_id: id, memory_id } },
      }),
    ),
  /** The person's whole document, as a file to save. */
  async export(id: string): Promise<Blob> {
    const answer = await fetchSigned(new Request(`${location.origin}/api/v1/contacts/${id}/export`));
    if (!answer.ok) throw await problemOf(answer);
    return answer.blob();
  },
};
