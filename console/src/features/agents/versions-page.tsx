import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useNavigate, useParams, useSearch } from "@tanstack/react-router";
import { RotateCcw } from "lucide-react";
import { useState } from "react";
import { agentKeys, agentQueries, agents } from "@/api/agents";
import type { VersionSummaryOut } from "@/api/schema";
import { Confirm } from "@/components/patterns/confirm";
import { Failed, Loading } from "@/components/patterns/states";
import { toast } from "@/components/patterns/toasts";
import { Badge } from "@/components/ui/badge";
import { Button } from "@/components/ui/button";
import { Card } from "@/components/ui/card";
import { Select } from "@/components/ui/input";
import { format } from "@/i18n/catalogue";
import { DiffView } from "./diff-view";
import { texts } from "./texts";

export default function VersionsPage() {
  const { slug } = useParams({ from: "/app/agents/$slug" });
  const search = useSearch({ from: "/app/agents/$slug/versions" });
  const navigate = useNavigate({ from: "/agents/$slug/versions" });
  const versions = useQuery(agentQueries.versions(slug));
  if (versions.isPending) return <Loading />;
  if (versions.isError) return <Failed error={versions.error} onRetry={() => void versions.refetch()} />;
  const { items } = versions.data;
  const newest = items[0]?.number ?? 1;
  const to = search.to ?? newest;
  const from = search.from ?? Math.max(to - 1, 1);
  const choose = (change: { from?: number; to?: number }) =>
    void navigate({ search: { from, to, ...change }, replace: true });

  return (
    <div className="grid items-start gap-4 xl:grid-cols-[24rem_1fr]">
      <Card>
        <ol className="divide-line divide-y">
          {items.map((version) => (
            <Version
              key={version.id}
              slug={slug}
              version={version}
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
        <Compared slug={slug} from={from} to={to} />
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
  return <DiffView before={before.data.source} after={after.data.source} />;
}

function who(author: string): string {
  if (author.startsWith("account:")) return texts.person;
  if (author.startsWith("api_key:")) return texts.key;
  return texts.system;
}

function Version({ slug, version, onCompare }: { slug: string; version: VersionSummaryOut; onCompare: () => void }) {
  const [asking, setAsking] = useState(false);
  const queries = useQueryClient();
  const rollback = useMutation({
    mutationFn: () => agents.rollback(slug, version.number, ""),
    onSuccess: async () => {
      setAsking(false);
      toast.done(texts.rolledBack(version.number));
      await queries.invalidateQueries({ queryKey: agentKeys.all });
    },
    onError: toast.failed,
  });
  return (
    <li className="p-4">
      <div className="flex flex-wrap items-center gap-2">
        <span className="font-semibold">{texts.number(version.number)}</span>
        {version.active && (
          <Badge tone="good" dot>
            {texts.live}
          </Badge>
        )}
        {version.warning_count > 0 && <Badge tone="warn">{texts.warned(version.warning_count)}</Badge>}
        <time dateTime={version.created_at} title={format.date(version.created_at)} className="text-soft ml-auto text-xs">
          {format.ago(version.created_at)}
        </time>
      </div>
      <p className="text-soft mt-1 text-sm">
        {version.reason || texts.noReason}, {texts.by(who(version.author))}
      </p>
      <div className="mt-2 flex flex-wrap gap-2">
        <Button size="small" onClick={onCompare}>
          {texts.compare}
        </Button>
        {!version.active && (
          <Button size="small" onClick={() => setAsking(true)}>
            <RotateCcw aria-hidden /> {texts.rollback}
          </Button>
        )}
      </div>
      <Confirm
        open={asking}
        title={texts.rollbackTitle(version.number)}
        about={texts.rollbackAbout}
        action={texts.rollback}
        busy={rollback.isPending}
        onConfirm={() => rollback.mutate()}
        onClose={() => setAsking(false)}
      />
    </li>
  );
}
