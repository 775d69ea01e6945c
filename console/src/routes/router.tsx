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
    layout: oneOf(["table", "cards"]),
  }),
  component: lazyRouteComponent(() => import("@/features/agents/agents-page")),
});

const newAgent = createRoute({
  getParentRoute: () => app,
  path: "/new-agent",
  validateSearch: z.object({ from: text }),
  component: lazyRouteComponent(() => import("@/features/agents/making/new-agent-page")),
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
const agentConfiguration = createRoute({
  getParentRoute: () => agent,
  path: "/configuration",
  validateSearch: z.object({ view: oneOf(["form", "side", "yaml"]), section: text }),
  component: lazyRouteComponent(() => import("@/features/agents/configuration/configuration-page")),
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
  component: lazyRouteComponent(() => import("@/features/agents/settings/settings-page")),
});
const agentVersions = createRoute({
  getParentRoute: () => agent,
  path: "/versions",
  validateSearch: z.object({
    from: z.coerce.number().int().positive().optional().catch(undefined),
    to: z.coerce.number().int().positive().optional().catch(undefined),
  }),
  component: lazyRouteComponent(() => import("@/features/agents/versions-page")),
});

const playground = createRoute({
  getParentRoute: () => app,
  path: "/playground",
  validateSearch: z.object({ agent: text, conversation: text }),
  component: lazyRouteComponent(() => import("@/features/playground/playground-page")),
});

const conversations = createRoute({
  getParentRoute: () => app,
  path: "/conversations",
  validateSearch: z.object({
    agent_id: text,
    channel: text,
    status: oneOf(["open", "handed_off", "closed"]),
    sort: text,
  }),
  component: lazyRouteComponent(() => import("@/features/conversations/conversations-page")),
});
const conversation = createRoute({
  getParentRoute: () => app,
  path: "/conversations/$id",
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
    agent.addChildren([agentOverview, agentConfiguration, agentFile, agentVersions, agentSettings]),
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
