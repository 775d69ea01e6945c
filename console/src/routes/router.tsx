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
import { PERIODS } from "@/api/analytics";
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
const count = z.coerce.number().int().positive().optional().catch(undefined);
const day = z.iso.date().optional().catch(undefined);
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
  validateSearch: z.object({
    period: oneOf(PERIODS),
    agent: text,
    playground: z.literal(true).optional().catch(undefined),
  }),
  component: lazyPage(() => import("@/features/dashboard/dashboard-page")),
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

const playground = createRoute({
  getParentRoute: () => app,
  path: "/playground",
  validateSearch: z.object({ agent: text, version: count, model: text, channel: text, conversation: text }),
  component: lazyPage(() => import("@/features/playground/playground-page")),
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
  component: lazyPage(() => import("@/features/conversations/conversations-page")),
});
const conversation = createRoute({
  getParentRoute: () => app,
  path: "/conversations/$id",
  validateSearch: z.object({ search: text, message: text, run: text }),
  component: lazyPage(() => import("@/features/conversations/conversation-page")),
});

const contacts = createRoute({
  getParentRoute: () => app,
  path: "/contacts",
  validateSearch: z.object({ search: text, channel: text, sort: text }),
  component: lazyPage(() => import("@/features/contacts/contacts-page")),
});
const contact = createRoute({
  getParentRoute: () => app,
  path: "/contacts/$id",
  component: lazyPage(() => import("@/features/contacts/contact-page")),
});

const tools = createRoute({
  getParentRoute: () => app,
  path: "/tools",
  validateSearch: z.object({ filter: text, tool: text }),
  component: lazyPage(() => import("@/features/tools/tools-page")),
});

const notifications = createRoute({
  getParentRoute: () => app,
  path: "/notifications",
  validateSearch: z.object({
    unread: z.boolean().optional().catch(undefined),
    kind: oneOf(["handoff_asked", "turn_failed", "agent_file_refused", "agent_gap", "job_failed"]),
  }),
  component: lazyPage(() => import("@/features/notifications/notifications-page")),
});
const outbox = createRoute({
  getParentRoute: () => app,
  path: "/outbox",
  validateSearch: z.object({ state: oneOf(["held", "sending", "sent", "failed"]) }),
  component: lazyPage(() => import("@/features/outbox/outbox-page")),
});
const health = createRoute({
  getParentRoute: () => app,
  path: "/health",
  validateSearch: z.object({
    status: oneOf(["todo", "doing", "failed", "aborted", "cancelled", "succeeded"]),
    task: text,
  }),
  component: lazyPage(() => import("@/features/health/health-page")),
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
const workspace = createRoute({
  getParentRoute: () => settings,
  path: "/workspace",
  component: lazyPage(() => import("@/features/settings/workspace")),
});
const secrets = createRoute({
  getParentRoute: () => settings,
  path: "/secrets",
  component: lazyPage(() => import("@/features/settings/secrets")),
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
  interface HistoryState {
    /** What the playground asks by itself. Not in the address: a link from elsewhere must not speak for anybody. */
    ask?: string;
  }
  interface Register {
    router: ReturnType<typeof makeRouter>;
  }
}
