import { Outlet } from "@tanstack/react-router";
import { Page } from "@/components/patterns/page";
import { TabLinks } from "@/components/ui/tabs";
import { texts } from "./texts";

export default function SettingsPage() {
  return (
    <Page title={texts.title}>
      <TabLinks
        label={texts.parts}
        tabs={[
          { to: "/settings/profile", label: texts.profile },
          { to: "/settings/api-keys", label: texts.apiKeys },
          { to: "/settings/appearance", label: texts.appearance },
        ]}
      />
      <Outlet />
    </Page>
  );
}
