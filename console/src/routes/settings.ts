/** Addresses of the settings. */
import { createRoute, redirect } from "@tanstack/react-router";
import { lazyPage } from "@/features/shell/missing-part";
import { app } from "./frame";

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

export const settingsPages = settings.addChildren([settingsHome, profile, workspace, secrets, apiKeys, appearance]);
