import { useQuery } from "@tanstack/react-query";
import { accountQueries } from "@/api/account";
import { Failed, Loading } from "@/components/patterns/states";
import { Card, CardTitle } from "@/components/ui/card";
import { NameForm } from "./name-form";
import { PasswordForm } from "./password-form";
import { SessionsCard } from "./sessions-card";
import { texts } from "./texts";

export default function Profile() {
  const me = useQuery(accountQueries.me());
  if (me.isPending) return <Loading rows={3} />;
  if (me.isError) return <Failed error={me.error} onRetry={() => void me.refetch()} />;
  const facts = [
    [texts.email, me.data.account?.email],
    [texts.role, texts.roleNames[me.data.role] ?? me.data.role],
    [texts.workspace, me.data.tenant.name],
  ];
  return (
    <div className="grid grid-cols-1 items-start gap-4 lg:grid-cols-2">
      <div className="grid min-w-0 grid-cols-1 gap-4">
        <Card className="p-5 sm:p-6">
          <CardTitle className="mb-4">{texts.you}</CardTitle>
          <NameForm key={me.data.account?.name} name={me.data.account?.name ?? ""} />
          <dl className="border-line mt-5 grid grid-cols-[auto_minmax(0,1fr)] gap-x-8 gap-y-3 border-t pt-5 text-sm">
            {facts.map(([name, value]) => (
              <div key={name} className="contents">
                <dt className="text-soft">{name}</dt>
                <dd className="font-medium wrap-anywhere">{value}</dd>
              </div>
            ))}
          </dl>
        </Card>
        <SessionsCard />
      </div>
      <Card className="p-5 sm:p-6">
        <CardTitle>{texts.password}</CardTitle>
        <p className="text-soft mt-1 mb-4 text-sm">{texts.passwordAbout}</p>
        <PasswordForm email={me.data.account?.email ?? ""} />
      </Card>
    </div>
  );
}
