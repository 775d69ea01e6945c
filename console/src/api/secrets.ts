/** The workspace's named secrets, and which agents ask for which: names only, for values cannot be read back. */
import { queryOptions } from "@tanstack/react-query";
import { api, told } from "./client";

export const secretQueries = {
  list: () => queryOptions({ queryKey: ["secrets"], queryFn: () => told(api.GET("/api/v1/secrets")) }),
  /** What published agents name and the workspace had not got at that time. */
  asked: () =>
    queryOptions({
      queryKey: ["agents", "gaps"],
      queryFn: () => told(api.GET("/api/v1/agent-gaps")),
    }),
};

const at = (name: string) => ({ path: { name } });

export const secrets = {
  put: (name: string, value: string) => told(api.PUT("/api/v1/secrets/{name}", { params: at(name), body: { value } })),
  delete: (name: string) => told(api.DELETE("/api/v1/secrets/{name}", { params: at(name) })),
};
