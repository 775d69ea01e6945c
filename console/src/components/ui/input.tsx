import type { ComponentProps } from "react";
import { cn } from "./cn";

const field =
  "bg-surface border-line-strong text-ink placeholder:text-soft min-h-11 w-full rounded-lg border px-3 text-base sm:text-sm aria-invalid:border-bad aria-invalid:ring-1 aria-invalid:ring-bad";

export function Input({ className, ...rest }: ComponentProps<"input">) {
  return <input className={cn(field, className)} {...rest} />;
}

export function Textarea({ className, ...rest }: ComponentProps<"textarea">) {
  return <textarea className={cn(field, "py-2.5", className)} {...rest} />;
}

/** The browser's own list: it works with every keyboard, screen reader and phone. */
export function Select({ className, ...rest }: ComponentProps<"select">) {
  return <select className={cn(field, "select-chevron w-auto max-w-full appearance-none truncate pr-9 font-medium", className)} {...rest} />;
}
