import { useRouter, type ErrorComponentProps } from "@tanstack/react-router";
import { RefreshCw } from "lucide-react";
import { Page } from "@/components/patterns/page";
import { Empty, Failed } from "@/components/patterns/states";
import { Button } from "@/components/ui/button";
import { common } from "@/i18n/common";
import { MissingPart } from "./missing-part";
import { texts } from "./texts";

/** In the place of a page that failed; the navigation around it stays. */
export function PageFault({ error, reset }: ErrorComponentProps) {
  const router = useRouter();
  if (error instanceof MissingPart) return <Missing />;
  const again = () => {
    reset();
    void router.invalidate();
  };
  return (
    <Page title={texts.fault}>
      <Failed error={error} onRetry={again} />
    </Page>
  );
}

function Missing() {
  return (
    <Page title={texts.missing}>
      <Empty
        icon={RefreshCw}
        title={texts.missingTitle}
        hint={texts.missingHint}
        action={
          <Button look="primary" onClick={() => location.reload()}>
            {common.reload}
          </Button>
        }
      />
    </Page>
  );
}
