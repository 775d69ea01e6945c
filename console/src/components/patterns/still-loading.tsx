import { QueryClientContext, type QueryClient } from "@tanstack/react-query";
import { useContext, useEffect, useState } from "react";
import { asProblem } from "@/api/problem";
import { common } from "@/i18n/common";
import { explain } from "./explain";

const PATIENCE_MS = 3000;
const LOOK_MS = 250;

/** Why a read that is still under way failed the last time, if it did. */
function lastFailure(queries: QueryClient | undefined): Error | null {
  const waiting = queries?.getQueryCache().findAll({ fetchStatus: "fetching", type: "active" }) ?? [];
  return waiting.find((query) => query.state.fetchFailureReason)?.state.fetchFailureReason ?? null;
}

/** A word after three seconds, or as soon as a first try failed, so that nobody stares at grey rows. */
export function StillLoading() {
  const queries = useContext(QueryClientContext);
  const [said, setSaid] = useState<string | null>(null);
  useEffect(() => {
    const began = Date.now();
    const timer = setInterval(() => {
      const failure = lastFailure(queries);
      if (failure) {
        const { title, detail } = explain(asProblem(failure));
        setSaid(`${title}. ${asProblem(failure).status === 429 ? detail : common.tryingAgain}`);
      } else if (Date.now() - began > PATIENCE_MS) setSaid(common.stillLoading);
    }, LOOK_MS);
    return () => clearInterval(timer);
  }, [queries]);
  return said && <p className="text-soft animate-fade pb-1 text-center text-sm">{said}</p>;
}
