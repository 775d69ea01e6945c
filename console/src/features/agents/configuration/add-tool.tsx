import { Check, Plus } from "lucide-react";
import { useState } from "react";
import { Field } from "@/components/patterns/field";
import { Badge } from "@/components/ui/badge";
import { Button } from "@/components/ui/button";
import { Dialog } from "@/components/ui/dialog";
import { Input, Select } from "@/components/ui/input";
import { realPath, useDraftContext } from "./draft";
import { texts } from "./texts";
import { set } from "./yaml-edit";
import { find, lengthAt, textAt } from "./yaml-file";

const NAME = /^[a-zA-Z_][\w-]{0,63}$/;
const RISK_TONES = { low: "good", medium: "warn", high: "bad" } as const;

/** Adds a tool the server has ready, or one of the agent's own by its kind. */
export function AddTool({ onClose }: { onClose: () => void }) {
  const draft = useDraftContext();
  const [search, setSearch] = useState("");
  const count = lengthAt(draft.file, ["tools"]);
  const used = new Set(
    Array.from({ length: count }, (_, index) => textAt(draft.file, realPath(draft, ["tools", index, "name"]) ?? [])),
  );
  const add = (tool: string | object) =>
    draft.change((file, manners) =>
      find(file, ["tools"])?.node ? set(file, ["tools", count], tool, manners) : set(file, ["tools"], [tool], manners),
    );
  const shown = draft.tools.filter(({ name, description }) => `${name} ${description}`.toLowerCase().includes(search.toLowerCase()));
  return (
    <Dialog wide open onClose={onClose} title={texts.addTool} about={texts.addToolAbout}>
      <h3 className="mb-2 text-sm font-semibold">{texts.readyTools}</h3>
      <Input type="search" aria-label={texts.findTool} placeholder={texts.findTool} value={search} onChange={(event) => setSearch(event.target.value)} />
      <ul className="divide-line border-line mt-2 max-h-[38dvh] divide-y overflow-y-auto rounded-xl border">
        {shown.map((tool) => (
          <li key={tool.name} className="flex items-center gap-3 px-3 py-2">
            <span className="min-w-0 flex-1">
              <span className="flex flex-wrap items-center gap-2">
                <span className="font-mono text-sm font-semibold">{tool.name}</span>
                <Badge tone={RISK_TONES[tool.risk]}>{texts.risk[tool.risk]}</Badge>
              </span>
              <span className="text-soft block text-xs">{tool.description}</span>
            </span>
            {used.has(tool.name) ? (
              <span className="text-good inline-flex items-center gap-1 text-xs font-semibold">
                <Check className="size-4" aria-hidden /> {texts.added}
              </span>
            ) : (
              <Button size="small" aria-label={`${texts.addIt} ${tool.name}`} onClick={() => add(tool.name)}>
                <Plus aria-hidden /> {texts.addIt}
              </Button>
            )}
          </li>
        ))}
      </ul>
      <OwnTool used={used} onAdd={(tool) => (add(tool), onClose())} />
    </Dialog>
  );
}

function OwnTool({ used, onAdd }: { used: ReadonlySet<string | undefined>; onAdd: (tool: object) => void }) {
  const { words } = useDraftContext();
  const kinds = words.toolTypes.filter((each) => texts.kinds[each]);
  const [name, setName] = useState("");
  const [kind, setKind] = useState(kinds[0] ?? "");
  const [tried, setTried] = useState(false);
  const fault = !NAME.test(name) ? texts.ownNameFault : used.has(name) ? texts.taken : undefined;
  return (
    <form
      noValidate
      className="mt-6"
      onSubmit={(event) => {
        event.preventDefault();
        setTried(true);
        if (!fault) onAdd({ name, type: kind, description: texts.kinds[kind] ?? "" });
      }}
    >
      <h3 className="mb-2 text-sm font-semibold">{texts.ownTools}</h3>
      <div className="grid items-start gap-3 sm:grid-cols-[1fr_1fr_auto]">
        <Field label={texts.ownName} hint={texts.ownNameHint} fault={tried ? fault : undefined}>
          {(wiring) => <Input {...wiring} autoComplete="off" className="font-mono" value={name} onChange={(event) => setName(event.target.value)} />}
        </Field>
        <Field label={texts.kind}>
          {(wiring) => (
            <Select {...wiring} className="w-full" value={kind} onChange={(event) => setKind(event.target.value)}>
              {kinds.map((each) => (
                <option key={each} value={each}>
                  {texts.kinds[each]}
                </option>
              ))}
            </Select>
          )}
        </Field>
        <Button type="submit" className="sm:mt-[1.65rem]">
          <Plus aria-hidden /> {texts.addIt}
        </Button>
      </div>
    </form>
  );
}
