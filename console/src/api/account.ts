/** The caller, the password and API keys: queries and changes. */
import { queryOptions } from "@tanstack/react-query";
import { api, told } from "./client";
import type { ApiKeyBody, PasswordBody } from "./schema";

export const accountQueries = {
  me: () =>
    queryOptions({ queryKey: ["me"], queryFn: () => told(api.GET("/api/v1/auth/me")), staleTime: 5 * 60_000 }),
  apiKeys: () => queryOptions({ queryKey: ["api-keys"], queryFn: () => told(api.GET("/api/v1/api-keys")) }),
};

export const account = {
  changePassword: (body: PasswordBody) => told(api.POST("/api/v1/auth/password", { body })),
  createApiKey: (body: ApiKeyBody) => told(api.POST("/api/v1/api-keys", { body })),
  revokeApiKey: (key_id: string) => told(api.DELETE("/api/v1/api-keys/{key_id}", { params: { path: { key_id } } })),
};
