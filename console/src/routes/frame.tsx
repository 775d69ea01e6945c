/** What stands around all pages: the root, the way in, the shell of those who are signed in, and what is nowhere. */
import type { QueryClient } from "@tanstack/react-query";
import { createRootRouteWithContext, createRoute, Link, Outlet, redirect } from "@tanstack/react-router";
import { Compass } from "lucide-react";
import { z } from "zod";
import { session } from "@/api/session";
import { Page } from "@/components/patterns/page";
import { Empty } from "@/components/patterns/states";
import { Button } from "@/components/ui/button";
import { Arrival } from "@/features/shell/arrival";
import { lazyPage } from "@/features/shell/missing-part";
import { Shell } from "@/features/shell/shell";
import { texts } from "@/features/shell/texts";

export const text = z.string().optional().catch(undefined);
export const count = z.coerce.number().int().positive().optional().catch(undefined);
export const day = z.iso.date().optional().catch(undefined);
export const oneOf = <const T extends readonly string[]>(values: T) => z.enum(values).optional().catch(undefined);

export const root = createRootRouteWithContext<{ queries: QueryClient }>()({ component: Root });

export const signIn = createRoute({
  getParentRoute: () => root,
  path: "/sign-in",
  validateSearch: z.object({ next: text }),
  beforeLoad: async () => {
    if ((await session.resume().catch(() => "out")) === "in") throw redirect({ to: "/" });
  },
  component: lazyPage(() => import("@/features/session/sign-in-page")),
});

export const app = createRoute({
  getParentRoute: () => root,
  id: "app",
  beforeLoad: async ({ location }) => {
    if (session.state === "unknown" && (await session.resume()) !== "in") {
      throw redirect({ to: "/sign-in", search: { next: location.href === "/" ? undefined : location.href } });
    }
  },
  component: Shell,
});

/** Any other address, so that the navigation stands around it. */
export const lost = createRoute({ getParentRoute: () => app, path: "$", component: Lost });

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
