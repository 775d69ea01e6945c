import { X } from "lucide-react";
import { type ReactNode, useId } from "react";
import { cn } from "@/components/ui/cn";
import { fieldId, realPath, type Setting, useDraftContext, useSetting } from "../draft";
import { labelOf } from "../schema";
import { texts } from "../texts";
import { remove } from "../yaml-edit";
import type { Path } from "../yaml-file";
import { Help } from "./help";
import { ListSetting } from "./list-setting";
import { MapSetting } from "./map-setting";
import { PartSetting } from "./part-setting";
import { ChoiceSetting, NumberSetting, TextSetting, ToggleSetting } from "./single-settings";
import { TextsSetting } from "./texts-setting";

export interface SettingProps {
  path: Path;
  label: string;
  setting: Setting;
}

export const nameOf = (path: Path): string => {
  const key = [...path].reverse().find((part) => typeof part === "string") ?? "";
  return texts.labels[path.filter((part) => typeof part === "string").join(".")] ?? labelOf(key);
};

const CONTROLS = {
  text: TextSetting,
  number: NumberSetting,
  toggle: ToggleSetting,
  choice: ChoiceSetting,
  texts: TextsSetting,
  list: ListSetting,
  map: MapSetting,
  group: GroupSetting,
  any: PartSetting,
} as const;

/** The field of any setting, made from its schema. */
export function SettingField({ path, label }: { path: Path; label?: string }) {
  const setting = useSetting(path);
  if (!setting) return null;
  const Control = CONTROLS[setting.shape.kind];
  return <Control path={path} label={label ?? nameOf(path)} setting={setting} />;
}

/** A label with its explanation, faults and a way to take the setting out of the file. */
export function Frame({ path, label, setting, fault, group, children }: SettingProps & {
  fault?: string;
  group?: boolean;
  children: (wiring: { id: string; "aria-describedby": string; "aria-invalid": boolean; disabled: boolean }) => ReactNode;
}) {
  const draft = useDraftContext();
  const told = useId();
  const id = fieldId(path);
  const faults = group ? setting.faults.filter((each) => each.path === path.join(".")) : setting.faults;
  const Label = group ? "span" : "label";
  const bad = Boolean(fault) || faults.length > 0;
  return (
    <div data-setting={path.join(".")} role={group ? "group" : undefined} aria-labelledby={group ? `${id}-label` : undefined}>
      <div className="mb-1 flex min-h-8 items-center justify-between gap-2">
        <Label id={`${id}-label`} htmlFor={group ? undefined : id} className="text-sm font-semibold">
          {label}
          {setting.shape.required && <span className="text-soft font-normal"> · {texts.needed}</span>}
        </Label>
        {setting.present && !setting.shape.required && !setting.shared && (
          <button
            type="button"
            className="text-soft hover:text-ink hover:bg-sunken -my-1.5 grid size-11 place-items-center rounded-lg sm:size-8"
            aria-label={texts.clear(label)}
            title={texts.clear(label)}
            onClick={() => draft.change((file) => remove(file, realPath(draft, path) ?? path))}
          >
            <X className="size-3.5" aria-hidden />
          </button>
        )}
      </div>
      {children({ id, "aria-describedby": told, "aria-invalid": bad, disabled: setting.shared })}
      <div id={told}>
        {!says(label, setting.shape.help) && <Help text={setting.shape.help} />}
        {setting.shared && <p className="text-warn mt-1.5 text-xs font-medium">{texts.shared}</p>}
        {setting.inherited && !setting.shared && <p className="text-soft mt-1.5 text-xs italic">{texts.inherited}</p>}
        {fault && <p className="text-bad mt-1.5 text-xs font-medium">{fault}</p>}
        {faults.map((each, index) => (
          <p key={index} className={cn("mt-1.5 text-xs font-medium", each.level === "availability" ? "text-warn" : "text-bad")}>
            {each.message} {each.cure}
          </p>
        ))}
      </div>
    </div>
  );
}

/** Whether an explanation only says the label again. */
const says = (label: string, help: string) => help.replace(/\.$/, "").toLowerCase() === label.toLowerCase();

function GroupSetting({ path, label, setting }: SettingProps) {
  return (
    <fieldset className="border-line rounded-xl border p-4" data-setting={path.join(".")}>
      <legend className="-ml-1 px-1 text-sm font-semibold">{label}</legend>
      <Help text={setting.shape.help} />
      <div className="mt-4 space-y-5">
        {setting.shape.fields.map((key) => (
          <SettingField key={key} path={[...path, key]} />
        ))}
      </div>
    </fieldset>
  );
}
