/** Every address of the console; what is behind one is loaded when somebody goes there. */
import type { QueryClient } from "@tanstack/react-query";
import { createRoute, createRouter } from "@tanstack/react-router";
import { z } from "zod";
import { PERIODS } from "@/api/analytics";
import { Loading } from "@/components/patterns/states";
import { lazyPage } from "@/features/shell/missing-part";
import { PageFault } from "@/features/shell/page-fault";
import { agentPages } from "./agents";
import { app, count, day, lost, oneOf, root, signIn, text } from "./frame";
import { settingsPages } from "./settings";

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

const tree = root.addChildren([
  signIn,
  app.addChildren([
    home,
    ...agentPages,
    playground,
    conversations,
    conversation,
    contacts,
    contact,
    tools,
    notifications,
    outbox,
    health,
    settingsPages,
    lost,
  ]),
]);

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
