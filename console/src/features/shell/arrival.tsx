import { useRouter } from "@tanstack/react-router";
import { useEffect } from "react";

/** After a change of page the focus goes to the new one's heading, unless it already is inside the page. */
export function Arrival() {
  const router = useRouter();
  useEffect(
    () =>
      router.subscribe("onRendered", ({ fromLocation, pathChanged }) => {
        const main = document.querySelector("main");
        if (!fromLocation || !pathChanged || !main || main.contains(document.activeElement)) return;
        if (document.activeElement?.closest("[role=dialog]")) return;
        const place = main.querySelector("h1") ?? main;
        place.tabIndex = -1;
        place.focus({ preventScroll: true });
      }),
    [router],
  );
  return null;
}
