import { useQuery } from "@tanstack/react-query";
import { accountQueries } from "@/api/account";

/** Whether permissions (`*`, `agents:*` or `agents:read`) cover one. */
export function covers(granted: readonly string[], permission: string): boolean {
  const [resource] = permission.split(":");
  return granted.some((each) => each === "*" || each === `${resource}:*` || each === permission);
}

/** Whether the caller may do this; false until it is known. The server decides anyway. */
export function useMay(permission: string): boolean {
  const me = useQuery(accountQueries.me());
  return me.data ? covers(me.data.permissions, permission) : false;
}
