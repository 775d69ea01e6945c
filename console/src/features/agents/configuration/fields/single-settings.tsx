import { useId } from "react";
import { Input, Select, Textarea } from "@/components/ui/input";
import { Switch } from "@/components/ui/switch";
import { useDraftContext } from "../draft";
import { labelOf, type Shape } from "../schema";
import { texts } from "../texts";
import { remove, set } from "../yaml-edit";
import { values } from "../yaml-help";
import { Frame, type SettingProps } from "./setting";
import { useTyped } from "./use-typed";

const LONG = /prompt|greeting|description|context|message|personality|^say$|^when$|^reason$|auto_reply|otherwise/;
const SUGGESTED = new Set(["primary", "fallback", "type"]);

export const placeholderOf = ({ fallback, examples }: Shape): string | undefined => {
  if (fallback !== undefined && fallback !== null && fallback !== "" && typeof fallback !== "object") {
    return texts.leftOut(String(fallback));
  }
  return typeof examples[0] === "string" ? examples[0] : undefined;
};

export function TextSetting(props: SettingProps) {
  const { path, setting } = props;
  const typed = useTyped(path, setting.text?.replace(/\n+$/, "") ?? "", (text) => text.trim() || (setting.shape.required ? "" : undefined));
  const list = useId();
  const { schema, words } = useDraftContext();
  const key = String(path.at(-1));
  const long = LONG.test(key) || typed.value.includes("\n");
  const offers = SUGGESTED.has(key) && path.length > 2 ? values(path, schema.at(path), words) : [];
  return (
    <Frame {...props} fault={typed.fault}>
      {(wiring) => {
        const common = {
          ...wiring,
          value: typed.value,
          placeholder: placeholderOf(setting.shape),
          maxLength: setting.shape.maxLength,
          onFocus: typed.onFocus,
          onBlur: typed.onBlur,
        };
        if (long) {
          return (
            <Textarea
              {...common}
              rows={2}
              className="field-sizing-content max-h-96 min-h-20 leading-relaxed"
              onChange={(event) => typed.onChange(event.target.value)}
            />
          );
        }
        return (
          <>
            <span className="flex items-center gap-2">
              {key === "colour" && (
                <input
                  type="color"
                  aria-label={props.label}
                  className="border-line-strong size-11 shrink-0 cursor-pointer rounded-lg border bg-transparent p-1"
                  value={/^#[0-9a-f]{6}$/i.test(typed.value) ? typed.value : "#ff6b35"}
                  onFocus={typed.onFocus}
                  onChange={(event) => typed.onChange(event.target.value)}
                  onBlur={typed.onBlur}
                />
              )}
              <Input
                {...common}
                autoComplete="off"
                list={offers.length ? list : undefined}
                onChange={(event) => typed.onChange(event.target.value)}
              />
            </span>
            {offers.length > 0 && (
              <datalist id={list}>
                {offers.map(({ label }) => (
                  <option key={label} value={label} />
                ))}
              </datalist>
            )}
          </>
        );
      }}
    </Frame>
  );
}

function parseNumber(text: string, { whole, minimum = -Infinity, maximum = Infinity, required }: Shape): unknown {
  if (!text.trim()) return required ? new Error(texts.numberFault) : undefined;
  const value = Number(text.replace(",", "."));
  if (!Number.isFinite(value)) return new Error(texts.numberFault);
  if (whole && !Number.isInteger(value)) return new Error(texts.wholeFault);
  if (value < minimum || value > maximum) {
    return new Error(Number.isFinite(minimum) && Number.isFinite(maximum) ? texts.between(minimum, maximum) : texts.numberFault);
  }
  return value;
}

export function NumberSetting(props: SettingProps) {
  const { path, setting } = props;
  const { shape } = setting;
  const typed = useTyped(path, setting.text ?? "", (text) => parseNumber(text, shape));
  const slides = shape.minimum !== undefined && shape.maximum !== undefined && shape.maximum <= 2;
  return (
    <Frame {...props} fault={typed.fault}>
      {(wiring) => (
        <span className="flex items-center gap-4">
          <Input
            {...wiring}
            className="max-w-40 tabular-nums"
            inputMode="decimal"
            value={typed.value}
            placeholder={placeholderOf(shape) ?? texts.unset}
            onFocus={typed.onFocus}
            onBlur={typed.onBlur}
            onChange={(event) => typed.onChange(event.target.value)}
          />
          {slides && (
            <input
              type="range"
              aria-label={props.label}
              className="accent-spark h-11 min-w-0 flex-1"
              min={shape.minimum}
              max={shape.maximum}
              step={0.05}
              disabled={wiring.disabled}
              value={Number(typed.value) || 0}
              onFocus={typed.onFocus}
              onBlur={typed.onBlur}
              onChange={(event) => typed.onChange(event.target.value)}
            />
          )}
        </span>
      )}
    </Frame>
  );
}

export function ToggleSetting(props: SettingProps) {
  const { path, label, setting } = props;
  const { change } = useDraftContext();
  const on = setting.text === undefined ? Boolean(setting.shape.fallback) : /^true$/i.test(setting.text);
  const flip = (value: boolean) => change((file, manners) => set(file, path, value, manners));
  return (
    <Frame {...props} label={label}>
      {(wiring) => (
        <span className="-ml-1 flex items-center gap-1.5 text-sm">
          <Switch {...wiring} checked={on} onChange={(event) => flip(event.target.checked)} />
          <span className="text-soft" aria-hidden>
            {on ? texts.on : texts.off}
          </span>
        </span>
      )}
    </Frame>
  );
}


export function ChoiceSetting(props: SettingProps) {
  const { path, setting } = props;
  const { change } = useDraftContext();
  const { shape } = setting;
  const fallback = shape.fallback === undefined || shape.fallback === null ? texts.unset : texts.byDefault(labelOf(String(shape.fallback)));
  return (
    <Frame {...props}>
      {(wiring) => (
        <Select
          {...wiring}
          className="w-full max-w-sm"
          value={setting.text ?? ""}
          onChange={(event) => {
            const { value } = event.target;
            change((file, manners) => (value ? set(file, path, value, manners) : remove(file, path)));
          }}
        >
          {!shape.required && <option value="">{fallback}</option>}
          {setting.text !== undefined && !shape.choices.includes(setting.text) && <option>{setting.text}</option>}
          {shape.choices.map((each) => (
            <option key={each} value={each}>
              {labelOf(each)}
            </option>
          ))}
        </Select>
      )}
    </Frame>
  );
}
