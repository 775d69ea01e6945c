import { Outlet } from "@tanstack/react-router";
import { Page } from "@/components/patterns/page";
import { TabLinks } from "@/components/ui/tabs";
import { useMay } from "@/features/session/use-may";
import { texts } from "./texts";

export default function SettingsPage() {
  const seesSecrets = useMay("secrets:read");
  const seesWorkspace = useMay("workspace:read");
  const seesKeys = useMay("api_keys:read");
  return (
    <Page title={texts.title}>
      <TabLinks
        label={texts.parts}
        tabs={[
          { to: "/settings/profile", label: texts.profile },
          ...(seesWorkspace ? [{ to: "/settings/workspace", label: texts.workspace }] : []),
          ...(seesSecrets ? [{ to: "/settings/secrets", label: texts.secrets }] : []),
          ...(seesKeys ? [{ to: "/settings/api-keys", label: texts.apiKeys }] : []),
          { to: "/settings/appearance", label: texts.appearance },
        ]}
      />
      <Outlet />
    </Page>
  );
}
