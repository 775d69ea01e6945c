import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useBlocker, useParams } from "@tanstack/react-router";
import { useRef, useState } from "react";
import { agentKeys, agentQueries, agents } from "@/api/agents";
import { asProblem } from "@/api/problem";
import { Failed, Loading } from "@/components/patterns/states";
import { toast } from "@/components/patterns/toasts";
import { Badge } from "@/components/ui/badge";
import { Button } from "@/components/ui/button";
import { Dialog } from "@/components/ui/dialog";
import { Input } from "@/components/ui/input";
import { CheckedEditor } from "./checked-editor";
import { DiffView } from "./diff-view";
import { texts } from "./texts";
import type { EditorHandle } from "./yaml-editor";

interface Loaded {
  source: string;
  etag: string;
}

export default function FilePage() {
  const { slug } = useParams({ from: "/app/agents/$slug" });
  const agent = useQuery(agentQueries.one(slug));
  if (agent.isPending) return <Loading rows={8} />;
  if (agent.isError) return <Failed error={agent.error} onRetry={() => void agent.refetch()} />;
  const { data, etag } = agent.data;
  return <FileEditor key={slug} slug={slug} loaded={{ source: data.current?.source ?? "", etag }} />;
}

/** Edits from the version that was live when the page opened; what changed elsewhere since then shows when publishing. */
function FileEditor({ slug, loaded }: { slug: string; loaded: Loaded }) {
  const [base, setBase] = useState(loaded);
  const [text, setText] = useState(base.source);
  const [reason, setReason] = useState("");
  const [saving, setSaving] = useState(false);
  const [theirs, setTheirs] = useState<Loaded | null>(null);
  const editor = useRef<EditorHandle>(null);
  const queries = useQueryClient();
  const changed = text !== base.source;
  useBlocker({
    shouldBlockFn: () => changed && !confirm(texts.leave),
    enableBeforeUnload: () => changed,
    disabled: !changed,
  });

  const save = async (etag: string = base.etag) => {
    if (!changed || saving) return;
    setSaving(true);
    try {
      const done = await agents.save(slug, text, etag, reason.trim());
      setBase({ source: text, etag: done.etag });
      setReason("");
      setTheirs(null);
      toast.done(done.data.outcome === "unchanged" ? texts.unchanged : texts.saved(done.data.version ?? 0));
      await queries.invalidateQueries({ queryKey: agentKeys.all });
    } catch (error) {
      const problem = asProblem(error);
      if (problem.status === 412) await showTheirs();
      else {
        toast.failed(problem);
        if (problem.faults[0]?.line) editor.current?.goTo(problem.faults[0].line);
      }
    } finally {
      setSaving(false);
    }
  };

  const showTheirs = async () => {
    try {
      const now = await queries.fetchQuery({ ...agentQueries.one(slug), staleTime: 0 });
      setTheirs({ source: now.data.current?.source ?? "", etag: now.etag });
    } catch (error) {
      toast.failed(error);
    }
  };

  const takeTheirs = () => {
    if (!theirs) return;
    setBase(theirs);
    editor.current?.replace(theirs.source);
    setTheirs(null);
  };

  return (
    <>
      <CheckedEditor
        ref={editor}
        initial={base.source}
        onChange={setText}
        onSave={() => void save()}
        bar={
          <>
            {changed && <Badge tone="accent">{texts.unsaved}</Badge>}
            <Input
              aria-label={texts.reason}
              placeholder={texts.reason}
              className="w-56"
              maxLength={500}
              value={reason}
              onChange={(event) => setReason(event.target.value)}
            />
            <Button look="primary" disabled={!changed} busy={saving} onClick={() => void save()}>
              {texts.save}
            </Button>
          </>
        }
      />
      <p className="text-soft mt-3 text-xs">{texts.saveHint}</p>
      <Dialog wide open={theirs !== null} onClose={() => setTheirs(null)} title={texts.changed} about={texts.changedHint}>
        <p className="mb-2 text-xs font-semibold">
          <span className="text-bad">− {texts.theirs}</span> · <span className="text-good">+ {texts.mine}</span>
        </p>
        <div className="border-line max-h-[45dvh] overflow-y-auto rounded-lg border">
          {theirs && <DiffView before={theirs.source} after={text} />}
        </div>
        <div className="mt-4 flex flex-col-reverse gap-2 sm:flex-row sm:justify-end">
          <Button onClick={takeTheirs}>{texts.takeTheirs}</Button>
          <Button look="primary" busy={saving} onClick={() => theirs && void save(theirs.etag)}>
            {texts.overwrite}
          </Button>
        </div>
      </Dialog>
    </>
  );
}
