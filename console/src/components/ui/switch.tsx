import type { ComponentProps } from "react";
import { cn } from "./cn";

/** On or off; the browser's own checkbox underneath, so every keyboard and reader knows it. */
export function Switch({ className, ...rest }: Omit<ComponentProps<"input">, "type" | "role">) {
  return (
    <span className={cn("grid size-11 shrink-0 place-items-center", className)}>
      <input
        type="checkbox"
        role="switch"
        className="bg-line-strong checked:bg-good before:bg-surface relative h-6 w-10 shrink-0 cursor-pointer appearance-none rounded-full transition-colors before:absolute before:top-0.5 before:left-0.5 before:size-5 before:rounded-full before:transition-transform checked:before:translate-x-4 disabled:cursor-default disabled:opacity-50"
        {...rest}
      />
    </span>
  );
}
