/** How the platform is: public, the same for everybody, and told with a 503 as well. */
import { queryOptions } from "@tanstack/react-query";
import { problemOf } from "./problem";

export type HealthState = "ok" | "degraded" | "down";

interface Check {
  status: HealthState;
  ms?: number;
  reason?: string;
}

export interface Health {
  status: HealthState;
  version: string;
  uptime_seconds: number;
  turns_running: number;
  checks: {
    database: Check;
    jobs: Check & { waiting?: number };
    storage: Check & { free_bytes?: number };
    models: Check & Record<string, unknown>;
    agents: Check & { answering?: number };
  };
}

const HALF_MINUTE_MS = 30_000;

export const healthQueries = {
  now: () =>
    queryOptions({
      queryKey: ["health"],
      queryFn: async ({ signal }): Promise<Health> => {
        const answer = await fetch("/healthz", { signal });
        if (!answer.ok && answer.status !== 503) throw await problemOf(answer);
        return (await answer.json()) as Health;
      },
      refetchInterval: HALF_MINUTE_MS,
    }),
};
