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
import { PERIODS } from "@/api/analytics";
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
  validateSearch: z.object({
    period: oneOf(PERIODS),
    agent: text,
    playground: z.literal(true).optional().catch(undefined),
  }),
  component: lazyRouteComponent(() => import("@/features/dashboard/dashboard-page")),
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

const contacts = createRoute({
  getParentRoute: () => app,
  path: "/contacts",
  validateSearch: z.object({ search: text, channel: text, sort: text }),
  component: lazyRouteComponent(() => import("@/features/contacts/contacts-page")),
});
const contact = createRoute({
  getParentRoute: () => app,
  path: "/contacts/$id",
  component: lazyRouteComponent(() => import("@/features/contacts/contact-page")),
});

const tools = createRoute({
  getParentRoute: () => app,
  path: "/tools",
  validateSearch: z.object({ filter: text, tool: text }),
  component: lazyRouteComponent(() => import("@/features/tools/tools-page")),
});

const notifications = createRoute({
  getParentRoute: () => app,
  path: "/notifications",
  validateSearch: z.object({
    unread: z.boolean().optional().catch(undefined),
    kind: oneOf(["handoff_asked", "turn_failed", "agent_file_refused", "agent_gap", "job_failed"]),
  }),
  component: lazyRouteComponent(() => import("@/features/notifications/notifications-page")),
});
const outbox = createRoute({
  getParentRoute: () => app,
  path: "/outbox",
  validateSearch: z.object({ state: oneOf(["held", "sending", "sent", "failed"]) }),
  component: lazyRouteComponent(() => import("@/features/outbox/outbox-page")),
});
const health = createRoute({
  getParentRoute: () => app,
  path: "/health",
  validateSearch: z.object({
    status: oneOf(["todo", "doing", "failed", "aborted", "cancelled", "succeeded"]),
    task: text,
  }),
  component: lazyRouteComponent(() => import("@/features/health/health-page")),
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
const workspace = createRoute({
  getParentRoute: () => settings,
  path: "/workspace",
  component: lazyRouteComponent(() => import("@/features/settings/workspace")),
});
const secrets = createRoute({
  getParentRoute: () => settings,
  path: "/secrets",
  component: lazyRouteComponent(() => import("@/features/settings/secrets")),
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
    contacts,
    contact,
    tools,
    notifications,
    outbox,
    health,
    settings.addChildren([settingsHome, profile, workspace, secrets, apiKeys, appearance]),
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
          <Link to="/">{texts.home}</Link>
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
  interface HistoryState {
    /** What the playground asks by itself. Not in the address: a link from elsewhere must not speak for anybody. */
    ask?: string;
  }
  interface Register {
    router: ReturnType<typeof makeRouter>;
  }
}
