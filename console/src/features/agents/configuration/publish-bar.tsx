import { ChevronDown, ChevronUp } from "lucide-react";
import { useState } from "react";
import type { Fault, Problem } from "@/api/problem";
import { FormFault } from "@/components/patterns/states";
import { Badge } from "@/components/ui/badge";
import { Button } from "@/components/ui/button";
import { cn } from "@/components/ui/cn";
import { Input } from "@/components/ui/input";
import { CheckSummary, FaultList } from "../fault-list";
import { texts as page } from "../texts";
import type { Checked } from "./checked";
import { texts } from "./texts";

/** Always in sight: how the file stands, why it changes, and what to do with it. */
export function PublishBar({ checked, changed, reason, busy, refused, onReason, onSave, onGo }: {
  checked: Checked;
  changed: boolean;
  reason: string;
  busy: "publish" | "draft" | null;
  refused: Problem | null;
  onReason: (reason: string) => void;
  onSave: (publish: boolean) => void;
  onGo: (fault: Fault) => void;
}) {
  const [shown, setShown] = useState(false);
  const count = checked.faults.length + checked.warnings.length;
  const Icon = shown ? ChevronDown : ChevronUp;
  return (
    <div className="sticky bottom-0 z-10 -mx-4 mt-4 sm:mx-0 sm:pb-4">
      <div className="bg-raised border-line shadow-card overflow-hidden border-t sm:rounded-2xl sm:border">
        {refused && (
          <div className="p-3 pb-0">
            <FormFault error={refused} />
          </div>
        )}
        {shown && <FaultList checked={checked} onGo={onGo} />}
        <div className="flex flex-wrap items-center gap-x-3 gap-y-2 px-4 py-2.5">
          <CheckSummary checked={checked} />
          {count > 0 && (
            <Button look="quiet" size="small" aria-expanded={shown} onClick={() => setShown(!shown)}>
              <Icon aria-hidden /> {shown ? texts.hideFaults : texts.showFaults}
            </Button>
          )}
          {changed && (
            <Badge tone="accent" className="max-sm:hidden">
              {page.unsaved}
            </Badge>
          )}
          <div className={cn("ml-auto flex w-full flex-wrap items-center justify-end gap-2 sm:w-auto", !changed && "max-sm:hidden")}>
            <Input
              aria-label={page.reason}
              placeholder={page.reason}
              className="sm:w-60"
              maxLength={500}
              value={reason}
              onChange={(event) => onReason(event.target.value)}
            />
            <Button className="max-sm:flex-1" disabled={!changed} busy={busy === "draft"} onClick={() => onSave(false)}>
              {texts.saveDraft}
            </Button>
            <Button className="max-sm:flex-1" look="primary" disabled={!changed} busy={busy === "publish"} onClick={() => onSave(true)}>
              {texts.publish}
            </Button>
          </div>
        </div>
      </div>
    </div>
  );
}
