/** The caller, the devices they are signed in on, the workspace and API keys: queries and changes. */
import { queryOptions } from "@tanstack/react-query";
import { api, told } from "./client";
import type { ApiKeyBody, PasswordBody, WorkspaceBody } from "./schema";

export const accountQueries = {
  me: () =>
    queryOptions({ queryKey: ["me"], queryFn: () => told(api.GET("/api/v1/auth/me")), staleTime: 5 * 60_000 }),
  sessions: () => queryOptions({ queryKey: ["sessions"], queryFn: () => told(api.GET("/api/v1/auth/sessions")) }),
  apiKeys: () => queryOptions({ queryKey: ["api-keys"], queryFn: () => told(api.GET("/api/v1/api-keys")) }),
};

export const account = {
  rename: (name: string) => told(api.PATCH("/api/v1/auth/me", { body: { name } })),
  changePassword: (body: PasswordBody) => told(api.POST("/api/v1/auth/password", { body })),
  endSession: (session_id: string) =>
    told(api.DELETE("/api/v1/auth/sessions/{session_id}", { params: { path: { session_id } } })),
  endOtherSessions: () => told(api.DELETE("/api/v1/auth/sessions")),
  changeWorkspace: (body: WorkspaceBody) => told(api.PATCH("/api/v1/workspace", { body })),
  createApiKey: (body: ApiKeyBody) => told(api.POST("/api/v1/api-keys", { body })),
  revokeApiKey: (key_id: string) => told(api.DELETE("/api/v1/api-keys/{key_id}", { params: { path: { key_id } } })),
};
