/** What a person chose to see in a workspace, kept with the account: values by name. */
import { queryOptions } from "@tanstack/react-query";
import { api, told } from "./client";

const key = ["me", "preferences"] as const;

export const preferenceQueries = {
  all: () =>
    queryOptions({
      queryKey: key,
      queryFn: async () => (await told(api.GET("/api/v1/me/preferences"))).values,
      staleTime: 60_000,
    }),
};

export const preferences = {
  key,
  /** Sets the named values and leaves the others; answers with all of them. */
  save: async (values: Record<string, unknown>) =>
    (await told(api.PUT("/api/v1/me/preferences", { body: { values } }))).values,
};
