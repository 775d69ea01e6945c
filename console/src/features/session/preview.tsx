import { Check, Coins, Timer, Wrench, Zap } from "lucide-react";
import { Mark } from "@/components/ui/mark";
import { texts } from "./texts";

const STEPS = [
  [Zap, texts.preview.decide, "0.4 s"],
  [Wrench, texts.preview.tool, "38 ms"],
  [Zap, texts.preview.answer, "0.7 s"],
] as const;

/** What a talk and its trace look like here, drawn; nothing in it is real. */
export function Preview() {
  return (
    <figure className="relative max-w-xl" aria-label={texts.preview.label}>
      <div className="bg-night-raised border-night-line rounded-2xl border p-4 shadow-2xl" aria-hidden>
        <p className="bg-night-bubble ml-auto w-fit max-w-[80%] rounded-2xl rounded-tr-md px-4 py-2.5 text-sm">
          {texts.preview.question}
        </p>
        <div className="mt-3 flex gap-3">
          <Mark className="mt-0.5 size-7 shrink-0" />
          <p className="bg-night-sunken max-w-[85%] rounded-2xl rounded-tl-md px-4 py-2.5 text-sm leading-relaxed">
            {texts.preview.reply}
          </p>
        </div>
      </div>
      <div
        className="bg-night-raised border-night-line relative mx-6 -mt-2 rounded-2xl border p-4 shadow-2xl sm:mr-0 sm:ml-16"
        aria-hidden
      >
        <ul className="space-y-2 text-xs">
          {STEPS.map(([Icon, name, time]) => (
            <li key={name} className="flex items-center gap-3">
              <span className="bg-night-bubble text-amber grid size-6 place-items-center rounded-md">
                <Icon className="size-3.5" />
              </span>
              <span className="flex-1 font-mono">{name}</span>
              <span className="text-night-soft tabular-nums">{time}</span>
              <Check className="text-lightning size-3.5" />
            </li>
          ))}
        </ul>
        <p className="text-night-soft border-night-line mt-3 flex gap-5 border-t pt-3 text-xs">
          <span className="flex items-center gap-1.5">
            <Coins className="size-3.5" /> $0.0012
          </span>
          <span className="flex items-center gap-1.5">
            <Timer className="size-3.5" /> 1.1 s
          </span>
        </p>
      </div>
    </figure>
  );
}
