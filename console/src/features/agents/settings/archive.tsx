import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { Archive as Box } from "lucide-react";
import { useState } from "react";
import { agentKeys, agents } from "@/api/agents";
import type { AgentDetailOut } from "@/api/schema";
import { Field } from "@/components/patterns/field";
import { FormFault } from "@/components/patterns/states";
import { toast } from "@/components/patterns/toasts";
import { Button } from "@/components/ui/button";
import { Card, CardTitle } from "@/components/ui/card";
import { Dialog } from "@/components/ui/dialog";
import { Input } from "@/components/ui/input";
import { common } from "@/i18n/common";
import { texts } from "./texts";

/** The end of an agent's use, once its address was typed. */
export function Archive({ agent }: { agent: AgentDetailOut }) {
  const [open, setOpen] = useState(false);
  const [typed, setTyped] = useState("");
  const [reason, setReason] = useState("");
  const queries = useQueryClient();
  const navigate = useNavigate();
  const archive = useMutation({
    mutationFn: () => agents.archive(agent.slug, reason.trim()),
    onSuccess: async () => {
      toast.done(texts.archivedDone(agent.name));
      await navigate({ to: "/agents" });
      await queries.invalidateQueries({ queryKey: agentKeys.all });
    },
  });
  return (
    <Card className="border-bad/40 p-5 sm:p-6">
      <CardTitle>{texts.archive}</CardTitle>
      <p className="text-soft mt-1 mb-4 text-sm">{texts.archiveAbout}</p>
      <Button className="text-bad" onClick={() => setOpen(true)}>
        <Box aria-hidden /> {texts.archiveIt}
      </Button>
      <Dialog open={open} onClose={() => setOpen(false)} title={texts.archiveTitle(agent.name)} about={texts.archiveAbout}>
        <form
          noValidate
          className="space-y-4"
          onSubmit={(event) => {
            event.preventDefault();
            if (typed === agent.slug) archive.mutate();
          }}
        >
          <Field label={texts.archiveType(agent.slug)}>
            {(wiring) => <Input {...wiring} autoComplete="off" className="font-mono" value={typed} onChange={(event) => setTyped(event.target.value)} />}
          </Field>
          <Field label={texts.archiveReason}>
            {(wiring) => <Input {...wiring} maxLength={500} value={reason} onChange={(event) => setReason(event.target.value)} />}
          </Field>
          <FormFault error={archive.error} />
          <div className="flex flex-col-reverse gap-2 sm:flex-row sm:justify-end">
            <Button onClick={() => setOpen(false)}>{common.cancel}</Button>
            <Button type="submit" look="danger" busy={archive.isPending} disabled={typed !== agent.slug}>
              {texts.archiveIt}
            </Button>
          </div>
        </form>
      </Dialog>
    </Card>
  );
}
