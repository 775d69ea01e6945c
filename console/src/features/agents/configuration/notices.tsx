import { useMutation, useQueryClient } from "@tanstack/react-query";
import { CircleX, FileClock, Info, type LucideIcon } from "lucide-react";
import type { ReactNode } from "react";
import { agentKeys, agentQueries, agents } from "@/api/agents";
import type { AgentDetailOut } from "@/api/schema";
import { toast } from "@/components/patterns/toasts";
import { Button } from "@/components/ui/button";
import { texts as page } from "../texts";
import { texts } from "./texts";
import type { TextFault } from "./yaml-file";

const TONES = { info: "bg-info-wash text-info", warn: "bg-warn-wash text-warn", bad: "bg-bad-wash text-bad" };

function Notice({ tone, icon: Icon, title, about, children }: {
  tone: keyof typeof TONES;
  icon: LucideIcon;
  title: string;
  about?: string;
  children?: ReactNode;
}) {
  return (
    <div role={tone === "bad" ? "alert" : "status"} className={`mb-4 flex flex-wrap items-start gap-x-3 gap-y-2 rounded-xl px-4 py-3 ${TONES[tone]}`}>
      <Icon className="mt-0.5 size-5 shrink-0" aria-hidden />
      <div className="min-w-0 flex-1 basis-64">
        <p className="text-sm font-semibold">{title}</p>
        {about && <p className="text-ink mt-0.5 max-w-3xl text-sm">{about}</p>}
      </div>
      {children && <div className="flex flex-wrap gap-2">{children}</div>}
    </div>
  );
}

/** While the text cannot be read. */
export function BrokenNotice({ fault, onGo }: { fault: TextFault; onGo: () => void }) {
  return (
    <Notice tone="bad" icon={CircleX} title={texts.broken(fault.line)} about={`${fault.message}. ${texts.brokenHint}`}>
      <Button size="small" onClick={onGo}>
        {texts.toLine}
      </Button>
    </Notice>
  );
}

/** A file of an older dialect, and the way out of it. */
export function OlderNotice({ text, onConverted }: { text: string; onConverted: (source: string) => void }) {
  const convert = useMutation({
    mutationFn: () => agents.convert(text),
    onSuccess: ({ source }) => {
      onConverted(source);
      toast.done(texts.converted);
    },
    onError: toast.failed,
  });
  return (
    <Notice tone="info" icon={Info} title={texts.older} about={texts.olderHint}>
      <Button size="small" busy={convert.isPending} onClick={() => convert.mutate()}>
        {texts.convert}
      </Button>
    </Notice>
  );
}

/** A later version that is not live. */
export function DraftNotice({ agent, onOpen }: { agent: AgentDetailOut; onOpen: (source: string) => void }) {
  const queries = useQueryClient();
  const number = agent.latest_version;
  const open = useMutation({
    mutationFn: () => queries.fetchQuery(agentQueries.version(agent.slug, number)),
    onSuccess: ({ source }) => {
      onOpen(source);
      toast.done(texts.loadedDraft(number));
    },
    onError: toast.failed,
  });
  const publish = useMutation({
    mutationFn: () => agents.publish(agent.slug, number, ""),
    onSuccess: async () => {
      toast.done(page.saved(number));
      await queries.invalidateQueries({ queryKey: agentKeys.all });
    },
    onError: toast.failed,
  });
  return (
    <Notice tone="info" icon={FileClock} title={texts.draft(number)} about={texts.draftHint}>
      <Button size="small" busy={open.isPending} onClick={() => open.mutate()}>
        {texts.openDraft}
      </Button>
      <Button size="small" busy={publish.isPending} onClick={() => publish.mutate()}>
        {texts.publishDraft}
      </Button>
    </Notice>
  );
}
