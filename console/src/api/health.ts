/** The state of the platform, as the process that answers sees it. */
import { queryOptions } from "@tanstack/react-query";
import { api } from "./client";
import { problemOf } from "./problem";
import type { HealthOut } from "./schema";

const LOOK_AGAIN_MS = 10_000;

export const healthQueries = {
  now: () =>
    queryOptions({
      queryKey: ["health"],
      queryFn: async (): Promise<HealthOut> => {
        const { data, error, response } = await api.GET("/healthz");
        if (data) return data;
        // A platform that is down says what is wrong with a 503.
        const told: unknown = error;
        if (response.status === 503 && told && typeof told === "object" && "checks" in told) return told as HealthOut;
        throw await problemOf(new Response(JSON.stringify(told ?? null), { status: response.status }));
      },
      refetchInterval: LOOK_AGAIN_MS,
    }),
};
