import { useMutation, useQueryClient } from "@tanstack/react-query";
import { RotateCcw, Rocket } from "lucide-react";
import { useState } from "react";
import { agentKeys, agents } from "@/api/agents";
import type { VersionSummaryOut } from "@/api/schema";
import { Field } from "@/components/patterns/field";
import { FormFault } from "@/components/patterns/states";
import { toast } from "@/components/patterns/toasts";
import { Badge } from "@/components/ui/badge";
import { Button } from "@/components/ui/button";
import { cn } from "@/components/ui/cn";
import { Dialog } from "@/components/ui/dialog";
import { Input } from "@/components/ui/input";
import { format } from "@/i18n/catalogue";
import { common } from "@/i18n/common";
import { texts } from "./texts";

function who({ author, author_name }: VersionSummaryOut): string {
  if (author_name) return author.startsWith("api_key:") ? texts.keyNamed(author_name) : author_name;
  if (author.startsWith("account:")) return texts.person;
  return author.startsWith("api_key:") ? texts.key : texts.system;
}

/** One version of the list, with the way back to it. */
export function VersionItem({ slug, version, shown, onCompare }: {
  slug: string;
  version: VersionSummaryOut;
  shown: boolean;
  onCompare: () => void;
}) {
  const [asking, setAsking] = useState(false);
  return (
    <li className={cn("p-4", shown && "bg-accent-wash/40")} aria-current={shown || undefined}>
      <div className="flex flex-wrap items-center gap-2">
        <span className="font-semibold">{texts.number(version.number)}</span>
        {version.active && (
          <Badge tone="good" dot>
            {texts.live}
          </Badge>
        )}
        {version.warning_count > 0 && <Badge tone="warn">{texts.warned(version.warning_count)}</Badge>}
        <time dateTime={version.created_at} title={format.date(version.created_at)} className="text-soft ml-auto text-xs">
          {format.ago(version.created_at)}
        </time>
      </div>
      <p className="text-soft mt-1 text-sm break-words">
        {version.reason || texts.noReason}, {texts.by(who(version))}
      </p>
      <div className="mt-2 flex flex-wrap gap-2">
        <Button size="small" onClick={onCompare}>
          {texts.compare}
        </Button>
        {!version.active && (
          <Button size="small" onClick={() => setAsking(true)}>
            <RotateCcw aria-hidden /> {texts.rollback}
          </Button>
        )}
      </div>
      {asking && <RollBack slug={slug} number={version.number} onClose={() => setAsking(false)} />}
    </li>
  );
}

function RollBack({ slug, number, onClose }: { slug: string; number: number; onClose: () => void }) {
  const [reason, setReason] = useState("");
  const queries = useQueryClient();
  const rollback = useMutation({
    mutationFn: () => agents.rollback(slug, number, reason.trim()),
    onSuccess: async () => {
      onClose();
      toast.done(texts.rolledBack(number));
      await queries.invalidateQueries({ queryKey: agentKeys.all });
    },
  });
  return (
    <Dialog open onClose={onClose} title={texts.rollbackTitle(number)} about={texts.rollbackAbout}>
      <form
        noValidate
        className="space-y-4"
        onSubmit={(event) => {
          event.preventDefault();
          rollback.mutate();
        }}
      >
        <Field label={texts.rollbackReason}>
          {(wiring) => <Input {...wiring} maxLength={500} autoComplete="off" value={reason} onChange={(event) => setReason(event.target.value)} />}
        </Field>
        <FormFault error={rollback.error} />
        <div className="flex flex-col-reverse gap-2 sm:flex-row sm:justify-end">
          <Button onClick={onClose}>{common.cancel}</Button>
          <Button type="submit" look="primary" busy={rollback.isPending}>
            <Rocket aria-hidden /> {texts.rollback}
          </Button>
        </div>
      </form>
    </Dialog>
  );
}
