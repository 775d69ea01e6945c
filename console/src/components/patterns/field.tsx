import { useId, type ReactNode } from "react";

interface Wiring {
  id: string;
  "aria-invalid": boolean;
  "aria-describedby": string | undefined;
}

/** A label, its control, a hint and a fault, tied together for every reader. */
export function Field({ label, hint, fault, children }: {
  label: string;
  hint?: string;
  fault?: string;
  children: (wiring: Wiring) => ReactNode;
}) {
  const id = useId();
  const described = [hint && `${id}-hint`, fault && `${id}-fault`].filter(Boolean).join(" ") || undefined;
  return (
    <div>
      <label htmlFor={id} className="mb-1.5 block text-sm font-semibold">
        {label}
      </label>
      {children({ id, "aria-invalid": Boolean(fault), "aria-describedby": described })}
      {hint && (
        <p id={`${id}-hint`} className="text-soft mt-1.5 text-xs">
          {hint}
        </p>
      )}
      {fault && (
        <p id={`${id}-fault`} className="text-bad mt-1.5 text-xs font-medium">
          {fault}
        </p>
      )}
    </div>
  );
}
