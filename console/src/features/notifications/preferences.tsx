import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { notificationKeys, notificationQueries, notifications } from "@/api/notifications";
import type { PreferenceOut } from "@/api/schema";
import { Failed, Loading } from "@/components/patterns/states";
import { toast } from "@/components/patterns/toasts";
import { Badge } from "@/components/ui/badge";
import { Card, CardTitle } from "@/components/ui/card";
import { texts } from "./texts";

/** Which kinds the reader wants to see. */
export function Preferences() {
  const chosen = useQuery(notificationQueries.preferences());
  return (
    <Card className="p-5">
      <CardTitle>{texts.preferences}</CardTitle>
      <p className="text-soft mt-1 text-sm">{texts.preferencesAbout}</p>
      {chosen.isPending && <Loading rows={4} />}
      {chosen.isError && <Failed error={chosen.error} onRetry={() => void chosen.refetch()} />}
      <ul className="divide-line mt-3 divide-y">
        {chosen.data?.items.map((each) => (
          <Preference key={each.kind} one={each} />
        ))}
      </ul>
    </Card>
  );
}

function Preference({ one }: { one: PreferenceOut }) {
  const queries = useQueryClient();
  const prefer = useMutation({
    mutationFn: (wanted: boolean) => notifications.prefer(one.kind, wanted),
    onSuccess: (told) => {
      queries.setQueryData(notificationQueries.preferences().queryKey, told);
      return queries.invalidateQueries({ queryKey: notificationKeys.all });
    },
    onError: toast.failed,
  });
  return (
    <li>
      <label className="flex min-h-11 cursor-pointer items-start gap-3 py-3 text-sm">
        <input
          type="checkbox"
          className="accent-spark mt-0.5 size-5 shrink-0"
          checked={prefer.isPending ? prefer.variables : one.wanted}
          disabled={prefer.isPending}
          onChange={(event) => prefer.mutate(event.target.checked)}
        />
        <span className="min-w-0">
          <span className="flex flex-wrap items-center gap-2 font-semibold">
            {texts.kinds[one.kind]}
            {one.severity === "grave" && <Badge tone="bad">{texts.grave}</Badge>}
          </span>
          <span className="text-soft block">{texts.kindAbout[one.kind]}</span>
        </span>
      </label>
    </li>
  );
}
