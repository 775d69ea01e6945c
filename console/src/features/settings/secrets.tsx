import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { LockKeyhole, Plus, TriangleAlert } from "lucide-react";
import { useState } from "react";
import { secretQueries, secrets } from "@/api/secrets";
import { Confirm } from "@/components/patterns/confirm";
import { DataTable, type Column } from "@/components/patterns/data-table";
import { Empty, Failed, Loading } from "@/components/patterns/states";
import { toast } from "@/components/patterns/toasts";
import { Badge } from "@/components/ui/badge";
import { Button } from "@/components/ui/button";
import { Card } from "@/components/ui/card";
import { useMay } from "@/features/session/use-may";
import { format } from "@/i18n/catalogue";
import { SecretDialog } from "./secret-dialog";
import { secretRows, type SecretRow } from "./secret-rows";
import { texts } from "./texts";

const columns: Column<SecretRow>[] = [
  { id: "name", header: texts.secretName, cell: ({ row }) => <Named row={row.original} /> },
  { id: "agents", header: texts.askedBy, cell: ({ row }) => <AskedBy row={row.original} /> },
  {
    id: "updated_at",
    header: texts.secretSet,
    wide: true,
    cell: ({ row }) => (row.original.updatedAt ? format.ago(row.original.updatedAt) : "–"),
  },
  { id: "act", header: "", cell: ({ row }) => <Act row={row.original} /> },
];

export default function Secrets() {
  const [making, setMaking] = useState(false);
  const stored = useQuery(secretQueries.list());
  const asked = useQuery(secretQueries.asked());
  const rows = secretRows(stored.data?.items ?? [], asked.data?.items ?? []);
  const missing = rows.filter((row) => !row.updatedAt).length;
  const make = useMay("secrets:write") && (
    <Button look="primary" onClick={() => setMaking(true)}>
      <Plus aria-hidden /> {texts.newSecret}
    </Button>
  );
  return (
    <>
      <div className="mb-4 flex flex-wrap items-center justify-between gap-3">
        <p className="text-soft max-w-xl text-sm">{texts.secretsAbout}</p>
        {rows.length > 0 && make}
      </div>
      {missing > 0 && (
        <p className="bg-warn-wash text-warn mb-4 flex items-center gap-2 rounded-lg px-4 py-3 text-sm font-medium">
          <TriangleAlert className="size-4 shrink-0" aria-hidden /> {texts.missingSecrets(missing)}
        </p>
      )}
      <Card className="overflow-hidden">
        {stored.isPending || asked.isPending ? (
          <Loading rows={3} />
        ) : stored.isError || asked.isError ? (
          <Failed error={stored.error ?? asked.error} onRetry={() => void Promise.all([stored.refetch(), asked.refetch()])} />
        ) : rows.length ? (
          <DataTable
            label={texts.secrets}
            columns={columns}
            rows={rows}
            total={rows.length}
            card={(row) => (
              <div className="space-y-3 p-4">
                <span className="block space-y-1">
                  <Named row={row} />
                  <AskedBy row={row} />
                </span>
                <Act row={row} />
              </div>
            )}
          />
        ) : (
          <Empty icon={LockKeyhole} title={texts.noSecrets} hint={texts.noSecretsHint} action={make} />
        )}
      </Card>
      {making && <SecretDialog onClose={() => setMaking(false)} />}
    </>
  );
}

function Named({ row }: { row: SecretRow }) {
  return (
    <span className="flex flex-wrap items-center gap-2">
      <span className="font-mono text-sm font-semibold break-all">{row.name}</span>
      {!row.updatedAt && <Badge tone="warn">{texts.missing}</Badge>}
    </span>
  );
}

function AskedBy({ row }: { row: SecretRow }) {
  return (
    <span className="flex flex-wrap gap-x-3 text-sm">
      {row.agents.map((slug) => (
        <Link key={slug} to="/agents/$slug" params={{ slug }} className="text-accent underline underline-offset-2">
          {slug}
        </Link>
      ))}
    </span>
  );
}

function Act({ row }: { row: SecretRow }) {
  const [open, setOpen] = useState<"set" | "delete" | null>(null);
  const mayWrite = useMay("secrets:write");
  const queries = useQueryClient();
  const remove = useMutation({
    mutationFn: () => secrets.delete(row.name),
    onSuccess: async () => {
      setOpen(null);
      toast.done(texts.secretDeleted(row.name));
      await queries.invalidateQueries({ queryKey: secretQueries.list().queryKey });
    },
    onError: toast.failed,
  });
  if (!mayWrite) return null;
  const set = row.updatedAt ? texts.replaceSecret : texts.setSecret;
  return (
    <span className="flex flex-wrap gap-2 sm:justify-end">
      <Button size="small" look={row.updatedAt ? "secondary" : "primary"} aria-label={`${set} ${row.name}`} onClick={() => setOpen("set")}>
        {set}
      </Button>
      {row.updatedAt && (
        <Button size="small" aria-label={`${texts.deleteSecret} ${row.name}`} onClick={() => setOpen("delete")}>
          {texts.deleteSecret}
        </Button>
      )}
      {open === "set" && <SecretDialog name={row.name} onClose={() => setOpen(null)} />}
      <Confirm
        danger
        open={open === "delete"}
        title={texts.deleteSecretTitle(row.name)}
        about={texts.deleteSecretAbout}
        action={texts.deleteSecret}
        busy={remove.isPending}
        onConfirm={() => remove.mutate()}
        onClose={() => setOpen(null)}
      />
    </span>
  );
}
