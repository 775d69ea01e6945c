import { Eye, EyeOff, TriangleAlert } from "lucide-react";
import { useState, type ComponentProps } from "react";
import { common } from "@/i18n/common";
import { cn } from "./cn";
import { Input } from "./input";

/** A password that can be looked at, and a word of warning while Caps Lock is on. */
export function PasswordInput({ className, onKeyDown, onKeyUp, ...rest }: ComponentProps<"input">) {
  const [shown, setShown] = useState(false);
  const [caps, setCaps] = useState(false);
  const Icon = shown ? EyeOff : Eye;
  const look = (event: React.KeyboardEvent<HTMLInputElement>) => setCaps(event.getModifierState("CapsLock"));
  return (
    <div>
      <div className="relative">
        <Input
          {...rest}
          type={shown ? "text" : "password"}
          spellCheck={false}
          autoCapitalize="none"
          className={cn("pr-12", className)}
          onKeyDown={(event) => {
            look(event);
            onKeyDown?.(event);
          }}
          onKeyUp={(event) => {
            look(event);
            onKeyUp?.(event);
          }}
        />
        <button
          type="button"
          className="text-soft hover:text-ink absolute top-0 right-0 grid size-11 place-items-center rounded-lg"
          aria-label={shown ? common.hidePassword : common.showPassword}
          onClick={() => setShown(!shown)}
        >
          <Icon className="size-4" aria-hidden />
        </button>
      </div>
      <p role="status" className="text-warn text-xs font-medium">
        {caps && (
          <span className="mt-1.5 flex items-center gap-1.5">
            <TriangleAlert className="size-3.5" aria-hidden /> {common.capsLock}
          </span>
        )}
      </p>
    </div>
  );
}
