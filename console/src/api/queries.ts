import { QueryClient } from "@tanstack/react-query";
import { asProblem } from "./problem";

const TRIES = 2;
const LONGEST_WAIT_SECONDS = 30;
const FIRST_PAUSE_MS = 1000;

/** Reads are tried again only where that may help: once after a 429 whose wait is short, twice after a fault or no answer. */
export function mayRetry(failures: number, error: Error): boolean {
  const { status, retryAfterSeconds } = asProblem(error);
  if (status === 429) return failures < 1 && (retryAfterSeconds ?? 1) <= LONGEST_WAIT_SECONDS;
  return failures < TRIES && (status === 0 || status >= 500);
}

export function pauseMs(failures: number, error: Error): number {
  const { status, retryAfterSeconds } = asProblem(error);
  return status === 429 && retryAfterSeconds !== null ? retryAfterSeconds * 1000 : FIRST_PAUSE_MS * 2 ** failures;
}

/** Offline is an answer like any other: reads fail visibly and come back with the connection, writes are never queued. */
export function makeQueries(): QueryClient {
  const queries = {
    staleTime: 5000,
    retry: mayRetry,
    retryDelay: pauseMs,
    refetchOnWindowFocus: true,
    refetchOnReconnect: true,
    networkMode: "always",
  } as const;
  return new QueryClient({ defaultOptions: { queries, mutations: { networkMode: "always" } } });
}
