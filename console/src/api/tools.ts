/** Tools: queries and the trial of one. */
import { queryOptions } from "@tanstack/react-query";
import { api, told } from "./client";

export const toolQueries = {
  list: () => queryOptions({ queryKey: ["tools"], queryFn: () => told(api.GET("/api/v1/tools", { params: { query: { limit: 200 } } })) }),
};

export const tools = {
  test: (name: string, args: Record<string, unknown>, agent: string | null) =>
    told(
      api.POST("/api/v1/tools/{name}/test", { params: { path: { name } }, body: { arguments: args, agent } }),
    ),
};
