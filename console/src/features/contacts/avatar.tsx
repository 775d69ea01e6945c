import { UserRound } from "lucide-react";
import type { ContactRow } from "@/api/schema";
import { cn } from "@/components/ui/cn";
import { initialsOf } from "./naming";

/** A person's letters in a circle. */
export function Avatar({ contact, large }: { contact: ContactRow; large?: boolean }) {
  return (
    <span
      aria-hidden
      className={cn(
        "bg-accent-wash text-accent grid shrink-0 place-items-center rounded-full font-bold",
        large ? "size-14 text-xl" : "size-9 text-xs",
      )}
    >
      {initialsOf(contact) || <UserRound className={large ? "size-7" : "size-4.5"} />}
    </span>
  );
}
