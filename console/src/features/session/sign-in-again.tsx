import { useQueryClient } from "@tanstack/react-query";
import { Dialog } from "@/components/ui/dialog";
import { SignInForm } from "./sign-in-form";
import { texts } from "./texts";
import { useSession } from "./use-session";

/** Over the page whose session ended, so that nothing typed on it is lost. */
export function SignInAgain() {
  const state = useSession();
  const queries = useQueryClient();
  return (
    <Dialog open={state === "out"} onClose={() => undefined} title={texts.again} about={texts.againAbout}>
      <SignInForm onSignedIn={() => void queries.invalidateQueries()} />
    </Dialog>
  );
}
