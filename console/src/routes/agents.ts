/** Addresses of agents: their list, one with its parts, a new one. */
import { createRoute, redirect } from "@tanstack/react-router";
import { z } from "zod";
import { lazyPage } from "@/features/shell/missing-part";
import { app, count, oneOf, text } from "./frame";

const agents = createRoute({
  getParentRoute: () => app,
  path: "/agents",
  validateSearch: z.object({
    filter: text,
    status: oneOf(["draft", "testing", "active", "paused", "archived"]),
    sort: text,
    layout: oneOf(["table", "cards"]),
  }),
  component: lazyPage(() => import("@/features/agents/agents-page")),
});

const newAgent = createRoute({
  getParentRoute: () => app,
  path: "/new-agent",
  validateSearch: z.object({ from: text }),
  component: lazyPage(() => import("@/features/agents/making/new-agent-page")),
});

const agent = createRoute({
  getParentRoute: () => app,
  path: "/agents/$slug",
  component: lazyPage(() => import("@/features/agents/agent-page")),
});
const agentOverview = createRoute({
  getParentRoute: () => agent,
  path: "/",
  component: lazyPage(() => import("@/features/agents/overview")),
});
const agentConfiguration = createRoute({
  getParentRoute: () => agent,
  path: "/configuration",
  validateSearch: z.object({ view: oneOf(["form", "side", "yaml"]), section: text }),
  component: lazyPage(() => import("@/features/agents/configuration/configuration-page")),
});
/** Where the configuration stood at first. */
const agentFile = createRoute({
  getParentRoute: () => agent,
  path: "/file",
  beforeLoad: ({ params }) => {
    throw redirect({ to: "/agents/$slug/configuration", params, search: { view: "yaml" }, replace: true });
  },
});
const agentSettings = createRoute({
  getParentRoute: () => agent,
  path: "/settings",
  component: lazyPage(() => import("@/features/agents/settings/settings-page")),
});
const agentVersions = createRoute({
  getParentRoute: () => agent,
  path: "/versions",
  validateSearch: z.object({
    from: count,
    to: count,
  }),
  component: lazyPage(() => import("@/features/agents/versions-page")),
});

export const agentPages = [
  agents,
  newAgent,
  agent.addChildren([agentOverview, agentConfiguration, agentFile, agentVersions, agentSettings]),
] as const;
