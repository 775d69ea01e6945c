import { useQuery } from "@tanstack/react-query";
import { useNavigate, useParams, useSearch } from "@tanstack/react-router";
import { agentQueries } from "@/api/agents";
import type { VersionSummaryOut } from "@/api/schema";
import { Empty, Failed, Loading } from "@/components/patterns/states";
import { Card } from "@/components/ui/card";
import { Select } from "@/components/ui/input";
import { History } from "lucide-react";
import { Changes } from "./changes";
import { DiffView } from "./diff-view";
import { texts } from "./texts";
import { VersionItem } from "./version-item";

/** Every version, and what is different between any two. */
export default function VersionsPage() {
  const { slug } = useParams({ from: "/app/agents/$slug" });
  const search = useSearch({ from: "/app/agents/$slug/versions" });
  const navigate = useNavigate({ from: "/agents/$slug/versions" });
  const versions = useQuery(agentQueries.versions(slug));
  if (versions.isPending) return <Loading />;
  if (versions.isError) return <Failed error={versions.error} onRetry={() => void versions.refetch()} />;
  const { items } = versions.data;
  const newest = items[0]?.number;
  if (newest === undefined) return <Empty icon={History} title={texts.noVersions} hint={texts.noVersionsHint} />;
  const to = search.to ?? newest;
  const from = search.from ?? Math.max(to - 1, 1);
  const choose = (change: { from?: number; to?: number }) =>
    void navigate({ search: { from, to, ...change }, replace: true, resetScroll: false });

  return (
    <div className="grid items-start gap-4 lg:grid-cols-[20rem_minmax(0,1fr)] xl:grid-cols-[22rem_minmax(0,1fr)]">
      <Card className="max-lg:order-2">
        <ol className="divide-line divide-y">
          {items.map((version) => (
            <VersionItem
              key={version.id}
              slug={slug}
              version={version}
              shown={version.number === to}
              onCompare={() => choose({ from: Math.max(version.number - 1, 1), to: version.number })}
            />
          ))}
        </ol>
      </Card>
      <Card className="min-w-0 overflow-hidden">
        <div className="border-line flex flex-wrap items-center gap-2 border-b p-3 text-sm">
          <span className="text-soft pl-1 font-semibold">{texts.from}</span>
          <NumberSelect label={texts.from} items={items} value={from} onChoose={(number) => choose({ from: number })} />
          <span className="text-soft font-semibold">{texts.to}</span>
          <NumberSelect label={texts.to} items={items} value={to} onChoose={(number) => choose({ to: number })} />
        </div>
        {from !== to ? (
          <>
            <Changes slug={slug} from={from} to={to} />
            <Compared slug={slug} from={from} to={to} />
          </>
        ) : items.length > 1 ? (
          <p className="text-soft p-6 text-sm">{texts.same}</p>
        ) : (
          <Empty icon={History} title={texts.firstVersion} hint={texts.firstVersionHint} />
        )}
      </Card>
    </div>
  );
}

function NumberSelect({ label, items, value, onChoose }: {
  label: string;
  items: VersionSummaryOut[];
  value: number;
  onChoose: (number: number) => void;
}) {
  return (
    <Select aria-label={label} value={value} onChange={(event) => onChoose(Number(event.target.value))}>
      {items.map((each) => (
        <option key={each.id} value={each.number}>
          {texts.number(each.number)}
          {each.active ? ` · ${texts.live}` : ""}
        </option>
      ))}
    </Select>
  );
}

function Compared({ slug, from, to }: { slug: string; from: number; to: number }) {
  const before = useQuery(agentQueries.version(slug, from));
  const after = useQuery(agentQueries.version(slug, to));
  const failed = before.error ?? after.error;
  if (failed) return <Failed error={failed} onRetry={() => void Promise.all([before.refetch(), after.refetch()])} />;
  if (!before.data || !after.data) return <Loading />;
  return <DiffView columns before={before.data.source} after={after.data.source} />;
}
