import { Plus, Trash2 } from "lucide-react";
import { useState } from "react";
import { Button } from "@/components/ui/button";
import { Input } from "@/components/ui/input";
import { fieldId, useDraftContext } from "../draft";
import { texts } from "../texts";
import { remove, set } from "../yaml-edit";
import { keysAt, type Path, plainAt, textAt } from "../yaml-file";
import { PartSetting } from "./part-setting";
import { Frame, type SettingProps } from "./setting";
import { useTyped } from "./use-typed";

/** Names with values; what is nested deeper is edited as a part of the file. */
export function MapSetting(props: SettingProps) {
  const { path, label, setting } = props;
  const { file, change } = useDraftContext();
  const [name, setName] = useState("");
  const keys = setting.present ? keysAt(file, path) : [];
  const simple = Object.values((plainAt(file, path) as object | undefined) ?? {}).every((each) => typeof each !== "object");
  if (path.at(-1) !== "variables" || !simple) return <PartSetting {...props} />;
  const clean = name.trim().replace(/\W+/g, "_");
  const add = () => {
    if (clean && !keys.includes(clean)) change((from, manners) => set(from, [...path, clean], "", manners));
    setName("");
  };
  return (
    <Frame {...props} group>
      {(wiring) => (
        <div className="space-y-2">
          {keys.map((key) => (
            <Entry key={key} path={[...path, key]} name={key} stored={textAt(file, [...path, key]) ?? ""} />
          ))}
          <div className="flex gap-1">
            <Input
              id={wiring.id}
              className="max-w-52 font-mono"
              aria-label={`${texts.addTo(label)}: ${texts.key}`}
              placeholder="opening_hours"
              value={name}
              onChange={(event) => setName(event.target.value)}
              onKeyDown={(event) => event.key === "Enter" && add()}
            />
            <Button disabled={!clean || keys.includes(clean)} onClick={add}>
              <Plus aria-hidden /> {texts.add}
            </Button>
          </div>
        </div>
      )}
    </Frame>
  );
}

function Entry({ path, name, stored }: { path: Path; name: string; stored: string }) {
  const { change } = useDraftContext();
  const typed = useTyped(path, stored, (text) => text);
  return (
    <div className="flex items-center gap-1">
      <label htmlFor={fieldId(path)} className="w-32 shrink-0 truncate font-mono text-xs sm:w-48" title={name}>
        {name}
      </label>
      <Input
        id={fieldId(path)}
        value={typed.value}
        onFocus={typed.onFocus}
        onBlur={typed.onBlur}
        onChange={(event) => typed.onChange(event.target.value)}
      />
      <Button look="quiet" size="icon" aria-label={texts.removeItem(name)} onClick={() => change((file) => remove(file, path))}>
        <Trash2 aria-hidden />
      </Button>
    </div>
  );
}
