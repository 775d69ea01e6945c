import { useQueryClient } from "@tanstack/react-query";
import { Outlet, useNavigate } from "@tanstack/react-router";
import { Menu, Search } from "lucide-react";
import { lazy, Suspense, useCallback, useEffect, useState } from "react";
import { live } from "@/api/live";
import { session } from "@/api/session";
import { toast } from "@/components/patterns/toasts";
import { Drawer } from "@/components/ui/dialog";
import { Mark } from "@/components/ui/mark";
import { Bell } from "@/features/notifications/bell";
import { SignInAgain } from "@/features/session/sign-in-again";
import { LiveStatus } from "./live-status";
import { Connection } from "./connection";
import { lazyDialog } from "./missing-part";
import { Sidebar } from "./sidebar";
import { texts } from "./texts";
import { useKeys } from "./use-keys";

const Palette = lazyDialog(() => import("./palette"));
const Help = lazyDialog(() => import("./help"));
const GuideBar = lazy(() => import("@/features/tour/guide-bar").then((each) => ({ default: each.GuideBar })));

/** What stands around every page of somebody who is signed in. */
export function Shell() {
  const [drawer, setDrawer] = useState(false);
  const [over, setOver] = useState<"palette" | "help" | null>(null);
  const [leaving, setLeaving] = useState(false);
  const navigate = useNavigate();
  const queries = useQueryClient();

  const close = useCallback(() => setOver(null), []);
  useKeys({
    onPalette: () => setOver((now) => (now === "palette" ? null : "palette")),
    onHelp: () => setOver("help"),
  });

  useEffect(() => live.start(queries), [queries]);

  const signOut = async () => {
    setLeaving(true);
    try {
      await session.signOut();
    } catch (error) {
      toast.failed(error);
    }
    queries.clear();
    await navigate({ to: "/sign-in" });
  };

  return (
    <div className="flex min-h-dvh">
      <a
        href="#content"
        className="bg-spark text-on-spark fixed top-2 left-2 z-[70] -translate-y-20 rounded-lg px-4 py-3 text-sm font-semibold focus:translate-y-0"
      >
        {texts.skip}
      </a>
      <div className="bg-sunken border-line sticky top-0 hidden h-dvh w-60 shrink-0 flex-col border-r lg:flex">
        <Sidebar onHelp={() => setOver("help")} onSignOut={() => void signOut()} />
      </div>
      <div className="flex min-w-0 flex-1 flex-col">
        <header className="bg-canvas/90 border-line sticky top-0 z-30 flex h-14 items-center gap-2 border-b px-2 backdrop-blur sm:px-8">
          <button
            type="button"
            className="grid size-11 place-items-center rounded-lg lg:hidden"
            aria-label={texts.menu}
            onClick={() => setDrawer(true)}
          >
            <Menu className="size-5" aria-hidden />
          </button>
          <Mark className="size-7 lg:hidden" />
          <button
            type="button"
            onClick={() => setOver("palette")}
            className="border-line-strong/60 text-soft bg-surface hover:text-ink ml-auto flex min-h-11 items-center gap-2 rounded-lg border px-3 text-sm sm:min-h-9 sm:w-64"
          >
            <Search className="size-4" aria-hidden />
            <span className="flex-1 text-left">{texts.search}</span>
            <kbd className="bg-sunken hidden rounded px-1.5 py-0.5 font-sans text-[0.7rem] sm:inline">Ctrl K</kbd>
          </button>
          <LiveStatus />
          <Bell />
        </header>
        <Connection />
        <Suspense>
          <GuideBar />
        </Suspense>
        <main id="content" tabIndex={-1} className="flex-1 outline-none">
          <Outlet />
        </main>
      </div>
      <Drawer open={drawer} onClose={() => setDrawer(false)} title={texts.navigation}>
        <Sidebar onNavigate={() => setDrawer(false)} onHelp={() => setOver("help")} onSignOut={() => void signOut()} />
      </Drawer>
      {over === "palette" && (
        <Suspense>
          <Palette onClose={close} />
        </Suspense>
      )}
      {over === "help" && (
        <Suspense>
          <Help onClose={close} />
        </Suspense>
      )}
      {!leaving && <SignInAgain />}
    </div>
  );
}
