import { Dialog as Parts } from "radix-ui";
import { X } from "lucide-react";
import { useRef, type ReactNode } from "react";
import { common } from "@/i18n/common";
import { cn } from "./cn";

const veil = "animate-fade fixed inset-0 z-40 bg-black/50 backdrop-blur-[2px]";

const FIELD = "input:not([type=checkbox], [readonly]), select, textarea";

/** Takes the focus to the first field, and at the end back to where it was; if that is gone, to the page. */
export function useReturnedFocus() {
  const before = useRef<Element | null>(null);
  return {
    onOpenAutoFocus: (event: Event) => {
      before.current = document.activeElement;
      const field = (event.currentTarget as HTMLElement | null)?.querySelector<HTMLElement>(FIELD);
      if (!field) return;
      event.preventDefault();
      field.focus();
    },
    onCloseAutoFocus: (event: Event) => {
      event.preventDefault();
      const opener = before.current;
      const there = opener instanceof HTMLElement && opener !== document.body && opener.checkVisibility();
      (there ? opener : document.getElementById("content"))?.focus();
    },
  };
}

export function Dialog({ open, onClose, title, about, wide, children }: {
  open: boolean;
  onClose: () => void;
  title: string;
  about?: string;
  wide?: boolean;
  children: ReactNode;
}) {
  const focus = useReturnedFocus();
  return (
    <Parts.Root open={open} onOpenChange={(next) => !next && onClose()}>
      <Parts.Portal>
        <Parts.Overlay className={veil} />
        <Parts.Content
          {...focus}
          {...(about ? {} : { "aria-describedby": undefined })}
          className={cn(
            "bg-raised animate-rise border-line shadow-card fixed inset-x-3 bottom-3 z-50 max-h-[88dvh] overflow-y-auto rounded-2xl border p-5 sm:inset-x-auto sm:top-[12vh] sm:bottom-auto sm:left-1/2 sm:w-[min(92vw,30rem)] sm:-translate-x-1/2 sm:p-6",
            wide && "sm:w-[min(94vw,60rem)]",
          )}
        >
          <div className="mb-4 flex items-start justify-between gap-4">
            <div>
              <Parts.Title className="text-lg font-semibold">{title}</Parts.Title>
              {about && <Parts.Description className="text-soft mt-1 text-sm">{about}</Parts.Description>}
            </div>
            <Parts.Close
              className="text-soft hover:bg-sunken -mt-2 -mr-2 grid size-11 shrink-0 place-items-center rounded-lg"
              aria-label={common.close}
            >
              <X className="size-4" aria-hidden />
            </Parts.Close>
          </div>
          {children}
        </Parts.Content>
      </Parts.Portal>
    </Parts.Root>
  );
}

/** A panel from the left, for the navigation of narrow screens. */
export function Drawer({ open, onClose, title, children }: {
  open: boolean;
  onClose: () => void;
  title: string;
  children: ReactNode;
}) {
  const focus = useReturnedFocus();
  return (
    <Parts.Root open={open} onOpenChange={(next) => !next && onClose()}>
      <Parts.Portal>
        <Parts.Overlay className={veil} />
        <Parts.Content
          {...focus}
          aria-describedby={undefined}
          className="bg-sunken animate-slide fixed inset-y-0 left-0 z-50 flex w-[min(85vw,18rem)] flex-col"
        >
          <Parts.Title className="sr-only">{title}</Parts.Title>
          {children}
        </Parts.Content>
      </Parts.Portal>
    </Parts.Root>
  );
}
