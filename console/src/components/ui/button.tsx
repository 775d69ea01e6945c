import { cva, type VariantProps } from "class-variance-authority";
import { Slot } from "radix-ui";
import type { ComponentProps } from "react";
import { LoaderCircle } from "lucide-react";
import { cn } from "./cn";

const looks = cva(
  "inline-flex max-w-full shrink-0 items-center justify-center gap-2 rounded-lg text-center text-sm font-semibold transition-colors sm:whitespace-nowrap select-none aria-disabled:cursor-not-allowed aria-disabled:opacity-55 [&_svg]:size-4 [&_svg]:shrink-0",
  {
    variants: {
      look: {
        primary: "bg-spark text-on-spark hover:bg-thunder shadow-[inset_0_1px_0_rgb(255_255_255/30%)]",
        secondary: "bg-surface text-ink border border-line-strong/60 hover:bg-sunken",
        quiet: "text-ink hover:bg-sunken",
        danger: "bg-bad text-white dark:text-[#2b0906] hover:opacity-90",
      },
      size: { normal: "min-h-11 px-4", small: "min-h-11 min-w-11 px-3 sm:min-h-9 sm:min-w-9", icon: "size-11" },
    },
    defaultVariants: { look: "secondary", size: "normal" },
  },
);

type Props = ComponentProps<"button"> & VariantProps<typeof looks> & { asChild?: boolean; busy?: boolean };

/** One that cannot be pressed stays in the tab order: it would drop the focus of whoever just pressed it. */
export function Button({ className, look, size, asChild, busy, children, disabled, onClick, ...rest }: Props) {
  if (asChild) {
    return (
      <Slot.Root className={cn(looks({ look, size }), className)} onClick={onClick} {...rest}>
        {children}
      </Slot.Root>
    );
  }
  const off = Boolean(disabled || busy);
  return (
    <button
      type="button"
      className={cn(looks({ look, size }), className)}
      aria-disabled={off || undefined}
      aria-busy={busy || undefined}
      onClick={(event) => (off ? event.preventDefault() : onClick?.(event))}
      {...rest}
    >
      {busy && <LoaderCircle className="animate-spin" aria-hidden />}
      {children}
    </button>
  );
}
