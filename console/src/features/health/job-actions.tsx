import { useMutation, useQueryClient } from "@tanstack/react-query";
import { RotateCcw, Trash2 } from "lucide-react";
import { useState } from "react";
import { jobKeys, jobs } from "@/api/jobs";
import type { JobOut } from "@/api/schema";
import { Confirm } from "@/components/patterns/confirm";
import { toast } from "@/components/patterns/toasts";
import { Button } from "@/components/ui/button";
import { taskName, texts } from "./texts";

type Act = "retry" | "discard";

/** What may be done with a job in its present state; asked once more before it is done. */
export function JobActions({ job }: { job: JobOut }) {
  const [asking, setAsking] = useState<Act | null>(null);
  const queries = useQueryClient();
  const act = useMutation({
    mutationFn: (wanted: Act): Promise<unknown> => jobs[wanted](job.id),
    onSuccess: (_, wanted) => toast.done(wanted === "retry" ? texts.retried : texts.discarded),
    onError: toast.failed,
    // A refusal means that the job has moved on meanwhile: the list shows where to.
    onSettled: () => {
      setAsking(null);
      return queries.invalidateQueries({ queryKey: jobKeys.all });
    },
  });
  const name = taskName(job.task);
  if (!job.can_retry && !job.can_discard) return null;
  return (
    <span className="flex gap-2 sm:justify-end">
      {job.can_retry && (
        <Button size="small" aria-label={texts.retryOf(name, job.id)} onClick={() => setAsking("retry")}>
          <RotateCcw aria-hidden /> {texts.retry}
        </Button>
      )}
      {job.can_discard && (
        <Button
          size="small"
          look="quiet"
          title={texts.discard}
          aria-label={texts.discardOf(name, job.id)}
          onClick={() => setAsking("discard")}
        >
          <Trash2 aria-hidden /> <span className="sm:hidden">{texts.discard}</span>
        </Button>
      )}
      <Confirm
        open={asking === "retry"}
        title={texts.retryTitle}
        about={texts.retryAbout}
        action={texts.retry}
        busy={act.isPending}
        onConfirm={() => act.mutate("retry")}
        onClose={() => setAsking(null)}
      />
      <Confirm
        danger
        open={asking === "discard"}
        title={texts.discardTitle}
        about={texts.discardAbout}
        action={texts.discard}
        busy={act.isPending}
        onConfirm={() => act.mutate("discard")}
        onClose={() => setAsking(null)}
      />
    </span>
  );
}
