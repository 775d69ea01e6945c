import { useQuery } from "@tanstack/react-query";
import { Link, useNavigate } from "@tanstack/react-router";
import { ArrowRight, Copy, ExternalLink } from "lucide-react";
import { agentQueries } from "@/api/agents";
import type { FirstStepsOut } from "@/api/schema";
import { Failed } from "@/components/patterns/states";
import { toast } from "@/components/patterns/toasts";
import { Button } from "@/components/ui/button";
import { StarterChips } from "./starter-chips";
import type { Step } from "./steps";
import { texts } from "./texts";

type Agent = NonNullable<FirstStepsOut["agent"]>;

interface Props {
  step: Step;
  agent: Agent;
  facts: FirstStepsOut;
  onSee: () => void;
  onBegin: () => void;
}

/** What to press in a step. */
export function StepBody({ step, agent, facts, onSee, onBegin }: Props) {
  switch (step) {
    case "meet":
      return (
        <Button asChild look="primary">
          <Link to="/agents/$slug" params={{ slug: agent.slug }} onClick={onSee}>
            {texts.meet.action(agent.name)} <ArrowRight aria-hidden />
          </Link>
        </Button>
      );
    case "ask":
      return <Ask agent={agent} onBegin={onBegin} />;
    case "trace":
      if (!facts.answered) return <p className="text-sm font-medium">{texts.trace.later}</p>;
      return (
        <Button asChild look="primary">
          <Link to="/playground" search={{ agent: agent.slug, conversation: facts.conversation_id ?? undefined }} onClick={onSee}>
            {texts.trace.action()} <ArrowRight aria-hidden />
          </Link>
        </Button>
      );
    case "yours":
      return (
        <Button asChild look="primary">
          <Link to="/agents/$slug/file" params={{ slug: agent.slug }} onClick={onBegin}>
            {texts.yours.action(agent.name)} <ArrowRight aria-hidden />
          </Link>
        </Button>
      );
    case "site":
      return <Site agent={agent} onSee={onSee} />;
  }
}

function Ask({ agent, onBegin }: { agent: Agent; onBegin: () => void }) {
  const navigate = useNavigate();
  const go = (ask?: string) => {
    onBegin();
    void navigate({ to: "/playground", search: { agent: agent.slug }, state: { ask } });
  };
  return (
    <div className="space-y-3">
      <StarterChips agent={agent.slug} onAsk={go} />
      <Button onClick={() => go()}>
        {texts.ask.own} <ArrowRight aria-hidden />
      </Button>
    </div>
  );
}

/** The line for a site, whose key is public. */
function Site({ agent, onSee }: { agent: Agent; onSee: () => void }) {
  const embed = useQuery(agentQueries.embed(agent.slug));
  if (embed.isError) return <Failed error={embed.error} onRetry={() => void embed.refetch()} />;
  const line = embed.data ? `<script src="${location.origin}/widget.js" data-key="${embed.data.key}" async></script>` : "…";
  const copy = async () => {
    try {
      await navigator.clipboard.writeText(line);
      toast.done(texts.site.copied);
    } catch {
      // Browsers give the clipboard only to pages over HTTPS; the line stands there to be marked and copied.
      getSelection()?.selectAllChildren(document.getElementById("embed-line")!);
    }
    onSee();
  };
  return (
    <div className="max-w-3xl space-y-3">
      <pre
        id="embed-line"
        aria-label={texts.site.snippet}
        tabIndex={0}
        className="bg-sunken border-line rounded-lg border p-3 font-mono text-xs leading-relaxed break-all whitespace-pre-wrap"
      >
        {line}
      </pre>
      <div className="flex flex-wrap gap-2">
        <Button look="primary" disabled={!embed.data} onClick={() => void copy()}>
          <Copy aria-hidden /> {texts.site.copy}
        </Button>
        {embed.data && (
          <Button asChild look="quiet">
            <a href={embed.data.chat_path} target="_blank" rel="noreferrer">
              {texts.site.page} <ExternalLink aria-hidden />
            </a>
          </Button>
        )}
      </div>
    </div>
  );
}
