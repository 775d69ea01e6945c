import { Plus, Wrench } from "lucide-react";
import { useState } from "react";
import { Empty } from "@/components/patterns/states";
import { Badge } from "@/components/ui/badge";
import { Button } from "@/components/ui/button";
import { AddTool } from "./add-tool";
import { realPath, useDraftContext } from "./draft";
import { Item } from "./fields/list-setting";
import { SettingField } from "./fields/setting";
import { texts } from "./texts";
import { lengthAt, textAt } from "./yaml-file";

const RISK_TONES = { low: "good", medium: "warn", high: "bad" } as const;
type Risk = keyof typeof RISK_TONES;
/** Of a tool that the server knows, only these can be set; the rest is its own. */
const OWN_SETTINGS = ["type", "parameters", "integration"];

/** What the agent may do: ready tools and its own, each with risk, words and settings. */
export function ToolsSection({ disabled }: { disabled: boolean }) {
  const draft = useDraftContext();
  const [adding, setAdding] = useState(false);
  const count = lengthAt(draft.file, ["tools"]);
  const addButton = (
    <Button disabled={disabled} onClick={() => setAdding(true)}>
      <Plus aria-hidden /> {texts.addTool}
    </Button>
  );
  return (
    <div id="setting-tools" data-setting="tools" className="space-y-2">
      {count === 0 && <Empty icon={Wrench} title={texts.noTools} hint={texts.noToolsHint} action={addButton} />}
      {Array.from({ length: count }, (_, index) => (
        <Tool key={index} index={index} disabled={disabled} />
      ))}
      {count > 0 && <div className="pt-2">{addButton}</div>}
      {adding && <AddTool onClose={() => setAdding(false)} />}
    </div>
  );
}

function Tool({ index, disabled }: { index: number; disabled: boolean }) {
  const draft = useDraftContext();
  const path = ["tools", index];
  const told = (key: string) => {
    const place = realPath(draft, [...path, key]);
    return place ? textAt(draft.file, place) : undefined;
  };
  const kind = told("type");
  const known = draft.tools.find((each) => each.name === told("name"));
  const risk = (told("risk") ?? known?.risk ?? "low") as Risk;
  const off = told("enabled") === "false";
  const fields = draft.schema.at(path)?.fields ?? [];
  return (
    <Item
      list={["tools"]}
      index={index}
      label={texts.tools}
      disabled={disabled}
      about={told("description") ?? known?.description}
      extra={
        <span className="flex shrink-0 flex-wrap justify-end gap-1">
          {off && <Badge>{texts.off}</Badge>}
          {kind && <Badge>{kind}</Badge>}
          {!kind && !known && <Badge tone="warn">{texts.unknownTool}</Badge>}
          <Badge tone={RISK_TONES[risk] ?? "neutral"} className="hidden sm:inline-flex">
            {texts.risk[risk] ?? risk}
          </Badge>
        </span>
      }
    >
      {fields
        .filter((key) => kind !== undefined || !known || !OWN_SETTINGS.includes(key))
        .map((key) => (
          <SettingField key={key} path={[...path, key]} />
        ))}
    </Item>
  );
}
