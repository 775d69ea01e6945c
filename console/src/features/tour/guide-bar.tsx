import { Link, useRouterState } from "@tanstack/react-router";
import { ArrowRight, Rocket, X } from "lucide-react";
import { useEffect, useState } from "react";
import { Button } from "@/components/ui/button";
import { STEPS, type Step } from "./steps";
import { texts } from "./texts";
import { useTour } from "./use-tour";

/** Where a page leads on to. */
const NEXT: Partial<Record<Step, "ask" | "yours">> = { meet: "ask", trace: "yours" };

/** The step a page belongs to. */
function stepOf(path: string): Step | null {
  if (path === "/playground") return "ask";
  if (/^\/agents\/[^/]+$/.test(path)) return "meet";
  return /^\/agents\/[^/]+\/.+/.test(path) ? "yours" : null;
}

/** Goes along with a newcomer who has begun: says what this page is for, and leads to the next step. */
export function GuideBar() {
  const path = useRouterState({ select: (state) => state.location.pathname });
  const { facts, progress, see, putAway } = useTour({ watching: true });
  const [hiddenOn, setHiddenOn] = useState<string | null>(null);
  const here = stepOf(path);
  const agent = facts?.agent;
  const isAnswered = facts?.answered ?? false;
  const current = progress?.current;

  useEffect(() => {
    // Looking is all these two ask for: the agent's page, and the steps beside an answer.
    if (current === "meet" && here === "meet") see("meet");
  }, [current, here, see]);

  if (!progress || !agent || !here || hiddenOn === path || path === "/") return null;
  const telling = here === "ask" && isAnswered ? "trace" : here;
  const following = NEXT[telling];
  const next = following && !progress.done.has(following) ? following : null;
  return (
    <aside aria-label={texts.guide} className="border-line bg-accent-wash border-b">
      <div className="mx-auto flex max-w-[96rem] flex-wrap items-center gap-x-4 gap-y-1 px-4 py-2 sm:px-8">
        <Rocket className="text-accent size-4 shrink-0" aria-hidden />
        <p aria-live="polite" className="min-w-0 flex-1 text-sm">
          <span className="font-semibold">{texts.step(STEPS.indexOf(telling) + 1)}: </span>
          {current ? texts.guides[telling] : texts.guides.finished}
        </p>
        <Next next={next} agent={agent} onSee={see} />
        <Button
          look="quiet"
          size="icon"
          aria-label={texts.guideHide}
          onClick={() => (current ? setHiddenOn(path) : putAway())}
        >
          <X aria-hidden />
        </Button>
      </div>
    </aside>
  );
}

function Next({ next, agent, onSee }: {
  next: "ask" | "yours" | null;
  agent: { slug: string; name: string };
  onSee: (step: Step) => void;
}) {
  if (next === "ask") {
    return (
      <Button asChild look="primary" size="small">
        <Link to="/playground" search={{ agent: agent.slug }}>
          {texts.next}: {texts.ask.title(agent.name)} <ArrowRight aria-hidden />
        </Link>
      </Button>
    );
  }
  if (next === "yours") {
    return (
      <Button asChild look="primary" size="small">
        <Link to="/agents/$slug/file" params={{ slug: agent.slug }} onClick={() => onSee("trace")}>
          {texts.next}: {texts.yours.title()} <ArrowRight aria-hidden />
        </Link>
      </Button>
    );
  }
  return (
    <Button asChild size="small">
      <Link to="/">
        {texts.guideLeave} <ArrowRight aria-hidden />
      </Link>
    </Button>
  );
}
