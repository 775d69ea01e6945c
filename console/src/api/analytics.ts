/** Figures, what needs a person and what happened: query keys and queries. */
import { keepPreviousData, queryOptions } from "@tanstack/react-query";
import { api, told } from "./client";

export const PERIODS = ["24h", "7d", "30d", "90d"] as const;
export type Period = (typeof PERIODS)[number];

export interface DashboardSearch {
  period: Period;
  agent_id?: string;
  include_playground: boolean;
}

const MINUTE_MS = 60_000;
const HALF_MINUTE_MS = 30_000;
const base = ["analytics"] as const;

export const analyticsKeys = { all: base };

export const analyticsQueries = {
  dashboard: (search: DashboardSearch) =>
    queryOptions({
      queryKey: [...base, "dashboard", search],
      queryFn: () => told(api.GET("/api/v1/analytics/dashboard", { params: { query: search } })),
      placeholderData: keepPreviousData,
      refetchInterval: MINUTE_MS,
    }),
  realtime: () =>
    queryOptions({
      queryKey: [...base, "realtime"],
      queryFn: () => told(api.GET("/api/v1/analytics/realtime")),
      refetchInterval: HALF_MINUTE_MS,
    }),
  attention: () =>
    queryOptions({
      queryKey: [...base, "attention"],
      queryFn: () => told(api.GET("/api/v1/analytics/attention")),
      refetchInterval: HALF_MINUTE_MS,
    }),
  activity: () =>
    queryOptions({
      queryKey: [...base, "activity"],
      queryFn: () => told(api.GET("/api/v1/analytics/activity", { params: { query: { limit: 6 } } })),
      refetchInterval: HALF_MINUTE_MS,
    }),
  /** Facts that change while one watches another page: always looked at anew. */
  firstSteps: () =>
    queryOptions({
      queryKey: [...base, "first-steps"],
      queryFn: () => told(api.GET("/api/v1/analytics/first-steps")),
      staleTime: 0,
    }),
};
