import { useQuery } from "@tanstack/react-query";
import { useNavigate, useSearch } from "@tanstack/react-router";
import { accountQueries } from "@/api/account";
import { agentQueries } from "@/api/agents";
import { analyticsQueries, PERIODS, type Period } from "@/api/analytics";
import type { DashboardOut } from "@/api/schema";
import { Page } from "@/components/patterns/page";
import { Button } from "@/components/ui/button";
import { Select } from "@/components/ui/input";
import { ShowAgain, TourCard } from "@/features/tour/tour-card";
import { Activity } from "./activity";
import { Attention } from "./attention";
import { ByAgent } from "./by-agent";
import { HealthCard } from "./health-card";
import { Kpis } from "./kpis";
import { texts } from "./texts";
import { ConversationsOverTime, CostOverTime } from "./time-charts";

const NOON = 12;
const EVENING = 18;

export default function DashboardPage() {
  const search = useSearch({ from: "/app/" });
  const period = search.period ?? "7d";
  const query = useQuery(
    analyticsQueries.dashboard({ period, agent_id: search.agent, include_playground: search.playground ?? false }),
  );
  return (
    <Page wide title={texts.title} about={<Greeting />} actions={<Choices period={period} />}>
      <div className="space-y-4">
        <TourCard />
        {query.data && <PlaygroundNote told={query.data} />}
        <Kpis query={query} />
        <div className="grid grid-cols-1 gap-4 xl:grid-cols-3">
          <ConversationsOverTime query={query} className="xl:col-span-2" />
          <Attention />
          <CostOverTime query={query} className="xl:col-span-2" />
          <HealthCard />
          <ByAgent query={query} className="xl:col-span-2" />
          <Activity />
        </div>
        <ShowAgain />
      </div>
    </Page>
  );
}

function Greeting() {
  const name = useQuery(accountQueries.me()).data?.account?.name ?? "";
  const hour = new Date().getHours();
  return texts.greeting(hour < NOON ? "morning" : hour < EVENING ? "afternoon" : "evening", name.split(" ")[0] ?? "");
}

function Choices({ period }: { period: Period }) {
  const search = useSearch({ from: "/app/" });
  const navigate = useNavigate({ from: "/" });
  const names = useQuery(agentQueries.names());
  const set = (change: Partial<typeof search>) =>
    void navigate({ search: (old) => ({ ...old, ...change }), replace: true });
  return (
    <>
      <Select
        aria-label={texts.agent}
        value={search.agent ?? ""}
        className="min-w-36 flex-1 sm:max-w-48"
        onChange={(event) => set({ agent: event.target.value || undefined })}
      >
        <option value="">{texts.everyAgent}</option>
        {names.data?.items.map(({ slug, name }) => (
          <option key={slug} value={slug}>
            {name}
          </option>
        ))}
      </Select>
      <div role="group" aria-label={texts.period} className="bg-sunken border-line flex w-full gap-0.5 rounded-xl border p-0.5 sm:w-auto">
        {PERIODS.map((each) => (
          <button
            key={each}
            type="button"
            title={texts.periods[each]}
            aria-pressed={each === period}
            className="text-soft hover:text-ink aria-pressed:bg-surface aria-pressed:text-ink aria-pressed:shadow-card min-h-11 min-w-11 flex-1 rounded-[0.6rem] px-3 text-sm font-semibold sm:min-h-10"
            onClick={() => set({ period: each === "7d" ? undefined : each })}
          >
            {each}
          </button>
        ))}
      </div>
      <label className="flex min-h-11 cursor-pointer items-center gap-2 px-1 text-sm font-medium">
        <input
          type="checkbox"
          className="accent-[var(--spark)] size-4"
          checked={search.playground ?? false}
          onChange={(event) => set({ playground: event.target.checked || undefined })}
        />
        {texts.playground}
      </label>
    </>
  );
}

/** A newcomer's talks are all in the playground: noughts alone would be a riddle. */
function PlaygroundNote({ told }: { told: DashboardOut }) {
  const navigate = useNavigate({ from: "/" });
  const { playground, include_playground, figures } = told;
  if (include_playground || !playground.conversations || figures.conversations.value) return null;
  return (
    <div className="bg-info-wash text-info flex flex-wrap items-center justify-between gap-x-4 gap-y-2 rounded-xl px-4 py-2 text-sm">
      <p className="py-1">
        {texts.playgroundOnly(texts.talks(playground.conversations))}
      </p>
      <Button size="small" onClick={() => void navigate({ search: (old) => ({ ...old, playground: true }), replace: true })}>
        {texts.showThem}
      </Button>
    </div>
  );
}
