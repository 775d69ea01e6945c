import { optionsOf } from "./options";
import { RequestProblem } from "./problem";
import { type EventName, Widget } from "./widget";
import type { Profile } from "./types";

/** What the host page may call. Calls before the chat is there are made as soon as it is. */
interface PublicApi {
  open(): void;
  close(): void;
  toggle(): void;
  on(name: EventName, listener: (detail: unknown) => void): () => void;
  identify(profile: Profile): void;
}

declare global {
  interface Window {
    SparkLabs?: PublicApi;
  }
}

function offer(ready: Promise<Widget | null>): PublicApi {
  const later = (use: (widget: Widget) => void): void => void ready.then((widget) => widget && use(widget));
  return {
    open: () => later((widget) => widget.open()),
    close: () => later((widget) => widget.close()),
    toggle: () => later((widget) => widget.toggle()),
    on: (name, listener) => {
      let ended = false;
      let end = (): void => {
        ended = true;
      };
      later((widget) => {
        if (!ended) end = widget.on(name, listener);
      });
      return () => end();
    },
    identify: (profile) => later((widget) => widget.identify(profile)),
  };
}

function whenBody(): Promise<void> {
  if (document.body) return Promise.resolve();
  return new Promise((resolve) => document.addEventListener("DOMContentLoaded", () => resolve(), { once: true }));
}

function begin(script: HTMLScriptElement): void {
  // The same tag twice on one page is one chat.
  if (window.SparkLabs) return;
  const options = optionsOf(script);
  if (!options) {
    console.error('SparkLabs: the script tag needs data-key="pk_…".');
    return;
  }
  const ready = whenBody()
    .then(() => Widget.mount(options))
    .catch((problem: unknown) => {
      const why = problem instanceof RequestProblem ? `${problem.code} ${problem.message}` : String(problem);
      console.error(`SparkLabs: the chat could not be opened. ${why}`);
      dispatchEvent(new CustomEvent("sparklabs:failed", { detail: why }));
      return null;
    });
  window.SparkLabs = offer(ready);
  void ready.then((widget) => widget && dispatchEvent(new CustomEvent("sparklabs:ready")));
}

if (document.currentScript instanceof HTMLScriptElement) begin(document.currentScript);
