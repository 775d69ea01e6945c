/** Publishing a text, or keeping it as a draft, without ever losing it. */
import { useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { agentKeys, agentQueries, agents } from "@/api/agents";
import { asProblem, type Problem } from "@/api/problem";
import { toast } from "@/components/patterns/toasts";
import { texts as page } from "../texts";
import { texts } from "./texts";

export interface Stand {
  source: string;
  etag: string;
}

export function useSaving(slug: string, loaded: Stand) {
  const [base, setBase] = useState(loaded);
  const [busy, setBusy] = useState<"publish" | "draft" | null>(null);
  const [theirs, setTheirs] = useState<Stand | null>(null);
  const [refused, setRefused] = useState<Problem | null>(null);
  const queries = useQueryClient();

  const save = async (text: string, reason: string, publish: boolean, etag = base.etag): Promise<boolean> => {
    if (busy) return false;
    setBusy(publish ? "publish" : "draft");
    setRefused(null);
    try {
      const done = await agents.save(slug, text, etag, { reason: reason.trim(), publish });
      setBase({ source: text, etag: done.etag });
      setTheirs(null);
      toast.done(sayDone(done.data.outcome, publish, publish ? (done.data.version ?? 0) : done.data.latest_version));
      await queries.invalidateQueries({ queryKey: agentKeys.all });
      return true;
    } catch (error) {
      const problem = asProblem(error);
      if (problem.status === 412) await compare();
      else setRefused(problem);
      return false;
    } finally {
      setBusy(null);
    }
  };

  const compare = async () => {
    try {
      const now = await queries.fetchQuery({ ...agentQueries.one(slug), staleTime: 0 });
      setTheirs({ source: now.data.current?.source ?? "", etag: now.etag });
    } catch (error) {
      setRefused(asProblem(error));
    }
  };

  return { base, setBase, busy, theirs, setTheirs, refused, save };
}

function sayDone(outcome: string, publish: boolean, version: number): string {
  if (outcome === "unchanged") return page.unchanged;
  return publish ? page.saved(version) : texts.draftSaved(version);
}
