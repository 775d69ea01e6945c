import { Link } from "@tanstack/react-router";
import { Check, PartyPopper, Rocket, X } from "lucide-react";
import { useId, useState } from "react";
import { toast } from "@/components/patterns/toasts";
import { Button } from "@/components/ui/button";
import { Card, CardTitle } from "@/components/ui/card";
import { cn } from "@/components/ui/cn";
import { StepBody } from "./step-body";
import { STEPS, type Step } from "./steps";
import { texts } from "./texts";
import { useTour } from "./use-tour";

/** What a newcomer does first, one step open at a time; it goes when it is put away and comes back when asked for. */
export function TourCard() {
  const id = useId();
  const { facts, progress, see, begin, putAway } = useTour();
  const [chosen, setChosen] = useState<Step | null>(null);
  if (!facts || !progress) return null;
  const away = () => {
    putAway();
    toast.done(texts.putAwayDone);
  };
  const { agent } = facts;
  const open = chosen ?? progress.current;
  return (
    <Card aria-labelledby={id} className="overflow-hidden">
      <div className="spark-gradient h-1" aria-hidden />
      <header className="flex items-start gap-4 px-5 pt-4 sm:px-6">
        <span className="bg-accent-wash text-accent hidden size-11 shrink-0 place-items-center rounded-2xl sm:grid">
          {progress.current ? <Rocket className="size-5" aria-hidden /> : <PartyPopper className="size-5" aria-hidden />}
        </span>
        <div className="min-w-0 flex-1">
          <CardTitle id={id}>{progress.current ? texts.title : texts.finished}</CardTitle>
          <p className="text-soft mt-0.5 text-sm">{progress.current ? texts.about : texts.finishedAbout}</p>
        </div>
        <span className="text-soft hidden pt-1 text-xs font-semibold whitespace-nowrap tabular-nums md:block">
          {texts.progress(progress.done.size, STEPS.length)}
        </span>
        <Button look="quiet" size="icon" className="-mt-1 -mr-2" aria-label={texts.putAwayLabel} onClick={away}>
          <X aria-hidden />
        </Button>
      </header>
      <Bar done={progress.done.size} />
      {agent ? (
        <ol className="divide-line lg:divide-none relative mt-2 divide-y lg:min-h-72 lg:py-2">
          {STEPS.map((step, index) => (
            <li key={step} className="px-3 py-1 sm:px-4 lg:w-80 lg:py-0.5">
              <StepLine
                number={index + 1}
                title={texts[step].title(agent.name)}
                done={progress.done.has(step)}
                open={open === step}
                onOpen={() => setChosen(step)}
              />
              {open === step && (
                <div className="border-line px-2 pb-4 sm:pl-12 lg:absolute lg:inset-y-2 lg:right-0 lg:left-80 lg:overflow-y-auto lg:border-l lg:px-7 lg:py-3">
                  <p aria-hidden className="mb-1 hidden text-lg font-semibold lg:block">
                    {texts[step].title(agent.name)}
                  </p>
                  <p className="text-soft mb-3 max-w-2xl text-sm">{texts[step].about}</p>
                  <StepBody step={step} agent={agent} facts={facts} onSee={() => see(step)} onBegin={begin} />
                </div>
              )}
            </li>
          ))}
        </ol>
      ) : (
        <p className="flex flex-wrap items-center gap-3 p-5 text-sm sm:px-6">
          {texts.none}
          <Button asChild look="primary">
            <Link to="/new-agent">{texts.make}</Link>
          </Button>
        </p>
      )}
    </Card>
  );
}

function Bar({ done }: { done: number }) {
  return (
    <div
      role="progressbar"
      aria-label={texts.progress(done, STEPS.length)}
      aria-valuemin={0}
      aria-valuemax={STEPS.length}
      aria-valuenow={done}
      className="bg-sunken mx-5 mt-3 h-1.5 overflow-hidden rounded-full sm:mx-6"
    >
      <div className="spark-gradient h-full rounded-full transition-[width]" style={{ width: `${(done / STEPS.length) * 100}%` }} />
    </div>
  );
}

function StepLine({ number, title, done, open, onOpen }: {
  number: number;
  title: string;
  done: boolean;
  open: boolean;
  onOpen: () => void;
}) {
  return (
    <h3>
      <button
        type="button"
        aria-expanded={open}
        onClick={onOpen}
        className="hover:bg-sunken/60 lg:aria-expanded:bg-sunken flex min-h-12 w-full items-center gap-3 rounded-lg px-2 text-left text-sm font-semibold"
      >
        <span
          className={cn(
            "grid size-7 shrink-0 place-items-center rounded-full text-xs font-bold",
            done ? "bg-good-wash text-good" : open ? "bg-spark text-on-spark" : "bg-sunken text-soft",
          )}
        >
          {done ? <Check className="size-4" role="img" aria-label={texts.done} /> : number}
        </span>
        <span className={cn(done && !open && "text-soft font-medium")}>{title}</span>
      </button>
    </h3>
  );
}

/** At the end of the dashboard, for those who put the steps away too early. */
export function ShowAgain() {
  const { known, memory, bringBack } = useTour();
  if (!known || !memory.put_away) return null;
  return (
    <p className="text-center">
      <Button look="quiet" size="small" className="text-soft" onClick={bringBack}>
        <Rocket aria-hidden /> {texts.again}
      </Button>
    </p>
  );
}
