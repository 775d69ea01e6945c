/** Background jobs: query keys, queries and changes. */
import { infiniteQueryOptions } from "@tanstack/react-query";
import { api, told } from "./client";
import type { JobOut } from "./schema";

export interface JobSearch {
  status?: JobOut["status"];
  task?: string;
}

const base = ["jobs"] as const;
const LOOK_AGAIN_MS = 10_000;
const at = (job_id: number) => ({ params: { path: { job_id } } });

export const jobKeys = { all: base };

export const jobQueries = {
  list: (search: JobSearch) =>
    infiniteQueryOptions({
      queryKey: [...base, "list", search],
      queryFn: ({ pageParam }) =>
        told(api.GET("/api/v1/jobs", { params: { query: { ...search, cursor: pageParam, limit: 50 } } })),
      initialPageParam: undefined as string | undefined,
      getNextPageParam: (page) => page.next_cursor ?? undefined,
      refetchInterval: LOOK_AGAIN_MS,
    }),
};

export const jobs = {
  retry: (id: number) => told(api.POST("/api/v1/jobs/{job_id}/retry", at(id))),
  discard: (id: number) => told(api.POST("/api/v1/jobs/{job_id}/discard", at(id))),
};
