import { QueryClient } from "@tanstack/react-query";
import { asProblem } from "./problem";

const TRIES = 2;

/** Tries again only what may go better the next time. */
export function makeQueries(): QueryClient {
  const retry = (failures: number, error: Error) => {
    const { status } = asProblem(error);
    return failures < TRIES && (status === 0 || status === 429 || status >= 500);
  };
  return new QueryClient({ defaultOptions: { queries: { staleTime: 5000, retry, refetchOnWindowFocus: true } } });
}
