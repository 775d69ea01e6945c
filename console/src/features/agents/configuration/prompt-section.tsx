import { useRef } from "react";
import { Textarea } from "@/components/ui/input";
import { useDraftContext, useSetting } from "./draft";
import { useTyped } from "./fields/use-typed";
import { Frame, SettingField } from "./fields/setting";
import { texts } from "./texts";
import { find } from "./yaml-file";

const PROMPT = ["agent", "system_prompt"];

/** The prompt with its variables at hand. */
export function PromptSection() {
  const { words, file } = useDraftContext();
  const setting = useSetting(PROMPT);
  const area = useRef<HTMLTextAreaElement>(null);
  const typed = useTyped(PROMPT, setting?.text?.replace(/\n+$/, "") ?? "", (text) => text.replace(/\s+$/, ""));
  if (!setting) return null;
  const insert = (name: string) => {
    const box = area.current;
    if (!box) return;
    const [from, to] = [box.selectionStart, box.selectionEnd];
    const put = `{${name}}`;
    typed.onFocus();
    typed.onChange(typed.value.slice(0, from) + put + typed.value.slice(to));
    requestAnimationFrame(() => {
      box.focus();
      box.setSelectionRange(from + put.length, from + put.length);
    });
  };
  return (
    <div className="space-y-6">
      <Frame path={PROMPT} label={texts.section.instructions?.[0] ?? ""} setting={setting} fault={typed.fault}>
        {(wiring) => (
          <>
            <Textarea
              {...wiring}
              ref={area}
              rows={14}
              className="field-sizing-content max-h-[60dvh] min-h-64 leading-relaxed"
              value={typed.value}
              onFocus={typed.onFocus}
              onBlur={typed.onBlur}
              onChange={(event) => typed.onChange(event.target.value)}
            />
            <div className="mt-2 flex flex-wrap items-center gap-1.5" role="group" aria-label={texts.insert}>
              <span className="text-soft w-full text-xs sm:w-auto">{texts.insert}</span>
              {words.variables.map((name) => (
                <button
                  key={name}
                  type="button"
                  className="border-line bg-sunken hover:border-line-strong min-h-11 rounded-full border px-3 font-mono text-xs sm:min-h-8"
                  onClick={() => insert(name)}
                >
                  {`{${name}}`}
                </button>
              ))}
            </div>
          </>
        )}
      </Frame>
      <SettingField key={String(Boolean(find(file, ["agent", "variables"])))} path={["agent", "variables"]} />
    </div>
  );
}
