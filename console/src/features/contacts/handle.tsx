import { AtSign, Hash, Mail, MessageCircle, Phone, Send, type LucideIcon } from "lucide-react";
import type { HandleOut } from "@/api/schema";
import { kindName } from "./naming";

const ICONS: Record<string, LucideIcon> = { email: Mail, phone: Phone, telegram: Send, whatsapp: MessageCircle, slack: Hash };

/** A way to reach somebody: what kind it is, and the address itself. */
export function Handle({ handle }: { handle: Pick<HandleOut, "kind" | "value"> }) {
  const Icon = ICONS[handle.kind] ?? AtSign;
  return (
    <span className="flex min-w-0 items-center gap-2">
      <Icon className="text-soft size-4 shrink-0" role="img" aria-label={kindName(handle.kind)} />
      <span className="min-w-0 truncate">{handle.value}</span>
    </span>
  );
}
