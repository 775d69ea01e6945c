import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { KeyRound, Plus } from "lucide-react";
import { useState } from "react";
import { account, accountQueries } from "@/api/account";
import type { ApiKeyAnswer } from "@/api/schema";
import { Confirm } from "@/components/patterns/confirm";
import { DataTable, type Column } from "@/components/patterns/data-table";
import { Empty, Failed, Loading } from "@/components/patterns/states";
import { toast } from "@/components/patterns/toasts";
import { Badge } from "@/components/ui/badge";
import { Button } from "@/components/ui/button";
import { Card } from "@/components/ui/card";
import { format } from "@/i18n/catalogue";
import { NewKeyDialog } from "./new-key-dialog";
import { texts } from "./texts";

const columns: Column<ApiKeyAnswer>[] = [
  { id: "name", header: texts.keyName, cell: ({ row }) => <Named row={row.original} /> },
  { id: "role", header: texts.access, cell: ({ row }) => <Badge>{row.original.role}</Badge> },
  {
    id: "last_used_at",
    header: texts.used,
    cell: ({ row }) => (row.original.last_used_at ? format.ago(row.original.last_used_at) : texts.notUsed),
  },
  {
    id: "expires_at",
    header: texts.expires,
    wide: true,
    cell: ({ row }) => (row.original.expires_at ? format.date(row.original.expires_at) : texts.never),
  },
  { id: "revoke", header: "", cell: ({ row }) => <Revoke row={row.original} /> },
];

export default function ApiKeys() {
  const [making, setMaking] = useState(false);
  const keys = useQuery(accountQueries.apiKeys());
  const make = (
    <Button look="primary" onClick={() => setMaking(true)}>
      <Plus aria-hidden /> {texts.make}
    </Button>
  );
  return (
    <>
      <div className="mb-4 flex flex-wrap items-center justify-between gap-3">
        <p className="text-soft max-w-xl text-sm">{texts.keysAbout}</p>
        {keys.data && keys.data.items.length > 0 && make}
      </div>
      <Card className="overflow-hidden">
        {keys.isPending ? (
          <Loading rows={3} />
        ) : keys.isError ? (
          <Failed error={keys.error} onRetry={() => void keys.refetch()} />
        ) : keys.data.items.length ? (
          <DataTable
            label={texts.apiKeys}
            columns={columns}
            rows={keys.data.items}
            total={keys.data.total}
            card={(row) => (
              <div className="flex items-center justify-between gap-3 p-4">
                <Named row={row} />
                <Revoke row={row} />
              </div>
            )}
          />
        ) : (
          <Empty icon={KeyRound} title={texts.none} hint={texts.noneHint} action={make} />
        )}
      </Card>
      {making && <NewKeyDialog onClose={() => setMaking(false)} />}
    </>
  );
}

function Named({ row }: { row: ApiKeyAnswer }) {
  return (
    <span>
      <span className="block font-semibold">{row.name}</span>
      <span className="text-soft font-mono text-xs">{row.prefix}…</span>
    </span>
  );
}

function Revoke({ row }: { row: ApiKeyAnswer }) {
  const [asking, setAsking] = useState(false);
  const queries = useQueryClient();
  const revoke = useMutation({
    mutationFn: () => account.revokeApiKey(row.id),
    onSuccess: async () => {
      toast.done(texts.revoked(row.name));
      await queries.invalidateQueries({ queryKey: accountQueries.apiKeys().queryKey });
    },
    onError: toast.failed,
  });
  return (
    <span className="flex justify-end">
      <Button size="small" aria-label={`${texts.revoke} ${row.name}`} onClick={() => setAsking(true)}>
        {texts.revoke}
      </Button>
      <Confirm
        danger
        open={asking}
        title={texts.revokeTitle(row.name)}
        about={texts.revokeAbout}
        action={texts.revoke}
        busy={revoke.isPending}
        onConfirm={() => revoke.mutate()}
        onClose={() => setAsking(false)}
      />
    </span>
  );
}
