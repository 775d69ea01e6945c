import { useEffect, useRef, type ReactNode } from "react";
import { cn } from "@/components/ui/cn";

/** A page's heading with what can be done on it; names the browser's tab as well. */
export function Page({ title, about, actions, badge, wide, children }: {
  title: string;
  about?: ReactNode;
  actions?: ReactNode;
  badge?: ReactNode;
  wide?: boolean;
  children: ReactNode;
}) {
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => {
    document.title = `${title} · SparkLabs`;
  }, [title]);
  useEffect(() => {
    // Whoever came here waits in <main> while the page loads: from there the heading is read out.
    if (document.activeElement?.id === "content") heading.current?.focus({ preventScroll: true });
  }, []);
  return (
    <div className={cn("w-full px-4 py-6 sm:px-8 sm:py-8", wide ? "max-w-[100rem]" : "max-w-[78rem]")}>
      <header className="mb-6 flex flex-wrap items-start justify-between gap-x-6 gap-y-3">
        <div className="min-w-0">
          <div className="flex flex-wrap items-center gap-3">
            <h1 ref={heading} tabIndex={-1} className="text-2xl outline-none font-bold sm:text-[1.75rem]">{title}</h1>
            {badge}
          </div>
          {about && <div className="text-soft mt-1 max-w-2xl text-sm">{about}</div>}
        </div>
        {actions && <div className="flex w-full flex-wrap gap-2 *:grow sm:w-auto sm:*:grow-0">{actions}</div>}
      </header>
      {children}
    </div>
  );
}
