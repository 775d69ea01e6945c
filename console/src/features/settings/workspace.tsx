import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { account, accountQueries } from "@/api/account";
import type { TenantAnswer, WorkspaceBody } from "@/api/schema";
import { Field } from "@/components/patterns/field";
import { Failed, FormFault, Loading } from "@/components/patterns/states";
import { toast } from "@/components/patterns/toasts";
import { Button } from "@/components/ui/button";
import { Card, CardTitle } from "@/components/ui/card";
import { Input, Select } from "@/components/ui/input";
import { useMay } from "@/features/session/use-may";
import { format, timeZones } from "@/i18n/catalogue";
import { texts } from "./texts";

export default function Workspace() {
  const me = useQuery(accountQueries.me());
  const mayWrite = useMay("workspace:write");
  if (me.isPending) return <Loading rows={2} />;
  if (me.isError) return <Failed error={me.error} onRetry={() => void me.refetch()} />;
  const { tenant } = me.data;
  return (
    <Card className="max-w-2xl p-5 sm:p-6">
      <CardTitle>{texts.workspace}</CardTitle>
      <p className="text-soft mt-1 mb-5 text-sm">{mayWrite ? texts.workspaceAbout : texts.workspaceReadOnly}</p>
      <WorkspaceForm key={`${tenant.name} ${tenant.timezone}`} tenant={tenant} mayWrite={mayWrite} />
    </Card>
  );
}

function WorkspaceForm({ tenant, mayWrite }: { tenant: TenantAnswer; mayWrite: boolean }) {
  const [name, setName] = useState(tenant.name);
  const [zone, setZone] = useState(tenant.timezone);
  const queries = useQueryClient();
  const save = useMutation({
    mutationFn: () => account.changeWorkspace({ name, timezone: zone } as WorkspaceBody),
    onSuccess: async () => {
      toast.done(texts.workspaceSaved);
      await queries.invalidateQueries({ queryKey: accountQueries.me().queryKey });
    },
  });
  const submit = (event: React.FormEvent) => {
    event.preventDefault();
    save.mutate();
  };
  const unchanged = name.trim() === tenant.name && zone === tenant.timezone;
  const listed = timeZones.includes(tenant.timezone) ? timeZones : [tenant.timezone, ...timeZones];
  return (
    <form className="space-y-4" onSubmit={submit}>
      <Field label={texts.workspaceName}>
        {(wiring) => (
          <Input {...wiring} maxLength={100} disabled={!mayWrite} value={name} onChange={(event) => setName(event.target.value)} />
        )}
      </Field>
      <Field label={texts.timezone} hint={texts.timezoneHint(format.clock(zone))}>
        {(wiring) => (
          <Select {...wiring} className="w-full" disabled={!mayWrite} value={zone} onChange={(event) => setZone(event.target.value)}>
            {listed.map((each) => (
              <option key={each}>{each}</option>
            ))}
          </Select>
        )}
      </Field>
      <FormFault error={save.error} />
      {mayWrite && (
        <Button type="submit" look="primary" disabled={unchanged || !name.trim()} busy={save.isPending}>
          {texts.saveWorkspace}
        </Button>
      )}
    </form>
  );
}
