import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { Monitor, Smartphone } from "lucide-react";
import { useState } from "react";
import { account, accountQueries } from "@/api/account";
import type { SessionAnswer } from "@/api/schema";
import { Confirm } from "@/components/patterns/confirm";
import { Failed, Loading } from "@/components/patterns/states";
import { toast } from "@/components/patterns/toasts";
import { Badge } from "@/components/ui/badge";
import { Button } from "@/components/ui/button";
import { Card, CardTitle } from "@/components/ui/card";
import { format } from "@/i18n/catalogue";
import { readDevice } from "./device";
import { texts } from "./texts";

/** The devices on which one is signed in, each to be signed out. */
export function SessionsCard() {
  const list = useQuery(accountQueries.sessions());
  const [ending, setEnding] = useState(false);
  const others = list.data?.items.filter((each) => !each.current) ?? [];
  const end = useEnding(account.endOtherSessions, texts.allSignedOut, () => setEnding(false));
  return (
    <Card>
      <header className="border-line flex flex-wrap items-center justify-between gap-3 border-b px-5 py-4 sm:px-6">
        <div>
          <CardTitle>{texts.sessions}</CardTitle>
          <p className="text-soft mt-0.5 text-sm">{texts.sessionsAbout}</p>
        </div>
        {others.length > 0 && <Button onClick={() => setEnding(true)}>{texts.signOutOthers}</Button>}
      </header>
      {list.isPending ? (
        <Loading rows={2} />
      ) : list.isError ? (
        <Failed error={list.error} onRetry={() => void list.refetch()} />
      ) : (
        <ul className="divide-line divide-y">
          {list.data.items.map((each) => (
            <Session key={each.id} session={each} />
          ))}
        </ul>
      )}
      <Confirm
        open={ending}
        title={texts.signOutOthersTitle}
        about={texts.signOutOthersAbout(others.length)}
        action={texts.signOutOthers}
        busy={end.isPending}
        onConfirm={() => end.mutate()}
        onClose={() => setEnding(false)}
      />
    </Card>
  );
}

function Session({ session }: { session: SessionAnswer }) {
  const device = readDevice(session.user_agent);
  const name = [device.browser, device.system].filter(Boolean).join(texts.on) || texts.unknownDevice;
  const Icon = device.phone ? Smartphone : Monitor;
  const end = useEnding(() => account.endSession(session.id), texts.signedOut(name));
  return (
    <li className="flex flex-wrap items-center gap-x-4 gap-y-2 px-5 py-4 sm:px-6">
      <span aria-hidden className="bg-sunken text-soft grid size-10 shrink-0 place-items-center rounded-xl">
        <Icon className="size-5" />
      </span>
      <span className="min-w-0 flex-1">
        <span className="flex flex-wrap items-center gap-2 text-sm font-semibold">
          {name}
          {session.current && <Badge tone="good">{texts.thisDevice}</Badge>}
        </span>
        <span className="text-soft block text-xs">
          {session.current ? texts.activeNow : texts.lastUsed(format.ago(session.last_used_at))} ·{" "}
          {texts.signedInAt(format.date(session.created_at))}
        </span>
      </span>
      {!session.current && (
        <Button size="small" busy={end.isPending} aria-label={`${texts.signOut} ${name}`} onClick={() => end.mutate()}>
          {texts.signOut}
        </Button>
      )}
    </li>
  );
}

function useEnding(act: () => Promise<unknown>, done: string, then?: () => void) {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: act,
    onSuccess: async () => {
      toast.done(done);
      then?.();
      await queries.invalidateQueries({ queryKey: accountQueries.sessions().queryKey });
    },
    onError: toast.failed,
  });
}
