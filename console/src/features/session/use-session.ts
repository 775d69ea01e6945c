import { useSyncExternalStore } from "react";
import { session } from "@/api/session";

/** Whether somebody is signed in; follows every change. */
export const useSession = () => useSyncExternalStore(session.watch, () => session.state);
