import { useQuery } from "@tanstack/react-query";
import { MessageCircleQuestion } from "lucide-react";
import { agentQueries } from "@/api/agents";
import { startersOf } from "./starters";
import { texts } from "./texts";

/** Questions fit for an agent, one press each. */
export function StarterChips({ agent, onAsk }: { agent: string; onAsk: (question: string) => void }) {
  const found = useQuery(agentQueries.one(agent));
  if (!found.data) return null;
  const fitting = startersOf(found.data.data.current?.spec);
  const questions = fitting.length ? fitting : texts.anyQuestions;
  return (
    <ul aria-label={texts.starters} className="flex flex-wrap gap-2 in-[.text-center]:justify-center">
      {questions.map((question) => (
        <li key={question}>
          <button
            type="button"
            className="border-line-strong/60 bg-surface hover:border-spark hover:bg-accent-wash flex min-h-11 items-center gap-2 rounded-full border px-4 py-2 text-left text-sm font-medium transition-colors"
            onClick={() => onAsk(question)}
          >
            <MessageCircleQuestion className="text-accent size-4 shrink-0" aria-hidden /> {question}
          </button>
        </li>
      ))}
    </ul>
  );
}
