/** Every address of the console; what is behind one is loaded when somebody goes there. */
import type { QueryClient } from "@tanstack/react-query";
import {
  createRootRouteWithContext,
  createRoute,
  createRouter,
  Link,
  Outlet,
  redirect,
} from "@tanstack/react-router";
import { Compass } from "lucide-react";
import { z } from "zod";
import { session } from "@/api/session";
import { Page } from "@/components/patterns/page";
import { Empty, Loading } from "@/components/patterns/states";
import { Button } from "@/components/ui/button";
import { Arrival } from "@/features/shell/arrival";
import { lazyPage } from "@/features/shell/missing-part";
import { PageFault } from "@/features/shell/page-fault";
import { Shell } from "@/features/shell/shell";
import { texts } from "@/features/shell/texts";

const text = z.string().optional().catch(undefined);
const oneOf = <const T extends readonly string[]>(values: T) => z.enum(values).optional().catch(undefined);

const root = createRootRouteWithContext<{ queries: QueryClient }>()({ component: Root });

const signIn = createRoute({
  getParentRoute: () => root,
  path: "/sign-in",
  validateSearch: z.object({ next: text }),
  beforeLoad: async () => {
    if ((await session.resume().catch(() => "out")) === "in") throw redirect({ to: "/" });
  },
  component: lazyPage(() => import("@/features/session/sign-in-page")),
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
  component: lazyPage(() => import("@/features/agents/agents-page")),
});

const newAgent = createRoute({
  getParentRoute: () => app,
  path: "/new-agent",
  component: lazyPage(() => import("@/features/agents/new-agent-page")),
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
const agentFile = createRoute({
  getParentRoute: () => agent,
  path: "/file",
  component: lazyPage(() => import("@/features/agents/file-page")),
});
const agentVersions = createRoute({
  getParentRoute: () => agent,
  path: "/versions",
  validateSearch: z.object({
    from: z.coerce.number().int().positive().optional().catch(undefined),
    to: z.coerce.number().int().positive().optional().catch(undefined),
  }),
  component: lazyPage(() => import("@/features/agents/versions-page")),
});

const playground = createRoute({
  getParentRoute: () => app,
  path: "/playground",
  validateSearch: z.object({ agent: text, conversation: text }),
  component: lazyPage(() => import("@/features/playground/playground-page")),
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
  component: lazyPage(() => import("@/features/conversations/conversations-page")),
});
const conversation = createRoute({
  getParentRoute: () => app,
  path: "/conversations/$id",
  component: lazyPage(() => import("@/features/conversations/conversation-page")),
});

const tools = createRoute({
  getParentRoute: () => app,
  path: "/tools",
  validateSearch: z.object({ filter: text, tool: text }),
  component: lazyPage(() => import("@/features/tools/tools-page")),
});

const settings = createRoute({
  getParentRoute: () => app,
  path: "/settings",
  component: lazyPage(() => import("@/features/settings/settings-page")),
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
  component: lazyPage(() => import("@/features/settings/profile")),
});
const apiKeys = createRoute({
  getParentRoute: () => settings,
  path: "/api-keys",
  component: lazyPage(() => import("@/features/settings/api-keys")),
});
const appearance = createRoute({
  getParentRoute: () => settings,
  path: "/appearance",
  component: lazyPage(() => import("@/features/settings/appearance")),
});

/** Any other address, so that the navigation stands around it. */
const lost = createRoute({ getParentRoute: () => app, path: "$", component: Lost });

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
    lost,
  ]),
]);

function Root() {
  return (
    <>
      <Outlet />
      <Arrival />
    </>
  );
}

function Lost() {
  return (
    <Page title={texts.lost}>
      <Empty
        icon={Compass}
        title={texts.lostTitle}
        hint={texts.lostHint}
        action={
          <Button asChild look="primary">
            <Link to="/">{texts.home}</Link>
          </Button>
        }
      />
    </Page>
  );
}

export function makeRouter(queries: QueryClient) {
  return createRouter({
    routeTree: tree,
    context: { queries },
    defaultPreload: "intent",
    scrollRestoration: true,
    defaultPendingComponent: () => <Loading />,
    defaultErrorComponent: PageFault,
  });
}

declare module "@tanstack/react-router" {
  interface Register {
    router: ReturnType<typeof makeRouter>;
  }
}
