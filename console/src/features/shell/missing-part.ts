import { lazyRouteComponent } from "@tanstack/react-router";
import { lazy, useEffect, type ComponentType } from "react";
import { toast } from "@/components/patterns/toasts";
import { texts } from "./texts";

/** The code of a page did not come: an update took its file away, or there is no connection. */
export class MissingPart extends Error {
  constructor(cause: unknown) {
    super(texts.missingHint, { cause });
  }
}

/** A page whose code is loaded when somebody goes there. The router alone would reload the window where it cannot. */
export function lazyPage(load: () => Promise<{ default: ComponentType }>) {
  return lazyRouteComponent(() =>
    load().catch((error: unknown) => {
      throw new MissingPart(error);
    }),
  );
}

interface Closing {
  onClose: () => void;
}

/** A dialog over any page: when its code does not come, a toast says so and the page stays. */
export function lazyDialog(load: () => Promise<{ default: ComponentType<Closing> }>) {
  return lazy(() => load().catch(() => ({ default: Unopened })));
}

function Unopened({ onClose }: Closing) {
  useEffect(() => {
    toast.told(texts.missingTitle, texts.missingHint);
    onClose();
  }, [onClose]);
  return null;
}
