/** The models that may be chosen here. */
import { queryOptions } from "@tanstack/react-query";
import { api, told } from "./client";

export const modelQueries = {
  list: () =>
    queryOptions({ queryKey: ["models"], queryFn: () => told(api.GET("/api/v1/models")), staleTime: 5 * 60_000 }),
};
