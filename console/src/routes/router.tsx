/** Every address of the console; what is behind one is loaded when somebody goes there. */
import type { QueryClient } from "@tanstack/react-query";
import {
  createRootRouteWithContext,
  createRoute,
  createRouter,
  lazyRouteComponent,
  Link,
  Outlet,
  redirect,
} from "@tanstack/react-router";
import { Compass } from "lucide-react";
import { z } from "zod";
import { session } from "@/api/session";
import { Empty, Failed, Loading } from "@/components/patterns/states";
import { Button } from "@/components/ui/button";
import { Shell } from "@/features/shell/shell";
import { texts } from "@/features/shell/texts";

const text = z.string().optional().catch(undefined);
const count = z.coerce.number().int().positive().optional().catch(undefined);
const day = z.iso.date().optional().catch(undefined);
const oneOf = <const T extends readonly string[]>(values: T) => z.enum(values).optional().catch(undefined);

const root = createRootRouteWithContext<{ queries: QueryClient }>()({ component: Outlet, notFoundComponent: Lost });

const signIn = createRoute({
  getParentRoute: () => root,
  path: "/sign-in",
  validateSearch: z.object({ next: text }),
  beforeLoad: async () => {
    if ((await session.resume().catch(() => "out")) === "in") throw redirect({ to: "/" });
  },
  component: lazyRouteComponent(() => import("@/features/session/sign-in-page")),
});

const app = createRoute({
  getParentRoute: () => root,
  id: "app",
  beforeLoad: async ({ location }) => {
    if (session.state === "unknown" && (await session.resume()) !== "in") {
      throw redirect({ to: "/sign-in", search: { next: location.href === "/" ? undefined : location.href } });
    }
  },
  component: Shell,
});

const home = createRoute({
  getParentRoute: () => app,
  path: "/",
  beforeLoad: () => {
    throw redirect({ to: "/agents", replace: true });
  },
});

const agents = createRoute({
  getParentRoute: () => app,
  path: "/agents",
  validateSearch: z.object({
    filter: text,
    status: oneOf(["draft", "testing", "active", "paused", "archived"]),
    sort: text,
  }),
  component: lazyRouteComponent(() => import("@/features/agents/agents-page")),
});

const newAgent = createRoute({
  getParentRoute: () => app,
  path: "/new-agent",
  component: lazyRouteComponent(() => import("@/features/agents/new-agent-page")),
});

const agent = createRoute({
  getParentRoute: () => app,
  path: "/agents/$slug",
  component: lazyRouteComponent(() => import("@/features/agents/agent-page")),
});
const agentOverview = createRoute({
  getParentRoute: () => agent,
  path: "/",
  component: lazyRouteComponent(() => import("@/features/agents/overview")),
});
const agentFile = createRoute({
  getParentRoute: () => agent,
  path: "/file",
  component: lazyRouteComponent(() => import("@/features/agents/file-page")),
});
const agentVersions = createRoute({
  getParentRoute: () => agent,
  path: "/versions",
  validateSearch: z.object({
    from: count,
    to: count,
  }),
  component: lazyRouteComponent(() => import("@/features/agents/versions-page")),
});

const playground = createRoute({
  getParentRoute: () => app,
  path: "/playground",
  validateSearch: z.object({ agent: text, version: count, model: text, channel: text, conversation: text }),
  component: lazyRouteComponent(() => import("@/features/playground/playground-page")),
});

const conversations = createRoute({
  getParentRoute: () => app,
  path: "/conversations",
  validateSearch: z.object({
    search: text,
    agent_id: text,
    contact_id: text,
    channel: text,
    status: oneOf(["open", "handed_off", "closed"]),
    from: day,
    to: day,
    sort: text,
  }),
  component: lazyRouteComponent(() => import("@/features/conversations/conversations-page")),
});
const conversation = createRoute({
  getParentRoute: () => app,
  path: "/conversations/$id",
  validateSearch: z.object({ search: text, message: text, run: text }),
  component: lazyRouteComponent(() => import("@/features/conversations/conversation-page")),
});

const tools = createRoute({
  getParentRoute: () => app,
  path: "/tools",
  validateSearch: z.object({ filter: text, tool: text }),
  component: lazyRouteComponent(() => import("@/features/tools/tools-page")),
});

const settings = createRoute({
  getParentRoute: () => app,
  path: "/settings",
  component: lazyRouteComponent(() => import("@/features/settings/settings-page")),
});
const settingsHome = createRoute({
  getParentRoute: () => settings,
  path: "/",
  beforeLoad: () => {
    throw redirect({ to: "/settings/profile", replace: true });
  },
});
const profile = createRoute({
  getParentRoute: () => settings,
  path: "/profile",
  component: lazyRouteComponent(() => import("@/features/settings/profile")),
});
const apiKeys = createRoute({
  getParentRoute: () => settings,
  path: "/api-keys",
  component: lazyRouteComponent(() => import("@/features/settings/api-keys")),
});
const appearance = createRoute({
  getParentRoute: () => settings,
  path: "/appearance",
  component: lazyRouteComponent(() => import("@/features/settings/appearance")),
});

const tree = root.addChildren([
  signIn,
  app.addChildren([
    home,
    agents,
    newAgent,
    agent.addChildren([agentOverview, agentFile, agentVersions]),
    playground,
    conversations,
    conversation,
    tools,
    settings.addChildren([settingsHome, profile, apiKeys, appearance]),
  ]),
]);

function Lost() {
  return (
    <Empty
      icon={Compass}
      title={texts.lost}
      hint={texts.lostHint}
      action={
        <Button asChild look="primary">
          <Link to="/agents">{texts.home}</Link>
        </Button>
      }
    />
  );
}

export function makeRouter(queries: QueryClient) {
  return createRouter({
    routeTree: tree,
    context: { queries },
    defaultPreload: "intent",
    scrollRestoration: true,
    defaultPendingComponent: () => <Loading />,
    defaultErrorComponent: ({ error, reset }) => <Failed error={error} onRetry={reset} />,
  });
}

declare module "@tanstack/react-router" {
  interface Register {
    router: ReturnType<typeof makeRouter>;
  }
}
