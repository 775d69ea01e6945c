import { ArrowUp, ChevronRight, Plus, Trash2 } from "lucide-react";
import type { ReactNode } from "react";
import { Button } from "@/components/ui/button";
import { faultsAt, realPath, useDraftContext } from "../draft";
import { childOf, type Shape } from "../schema";
import { texts } from "../texts";
import { remove, set, swap } from "../yaml-edit";
import { kindAt, lengthAt, type Path, textAt } from "../yaml-file";
import { Frame, SettingField, type SettingProps } from "./setting";

const NAMES = ["name", "type", "condition", "text", "action", "metric", "id", "user"];

/** A list of groups, each folded to its name. */
export function ListSetting(props: SettingProps) {
  const { path, label, setting } = props;
  const draft = useDraftContext();
  const count = setting.present ? lengthAt(draft.file, path) : 0;
  const item = childOf(setting.shape, 0);
  const add = () =>
    draft.change((file, manners) =>
      setting.present ? set(file, [...path, count], blank(item), manners) : set(file, path, [blank(item)], manners),
    );
  return (
    <Frame {...props} group>
      {(wiring) => (
        <div className="space-y-2">
          {Array.from({ length: count }, (_, index) => (
            <Item key={index} list={path} index={index} label={label} disabled={wiring.disabled}>
              {item?.fields.map((key) => <SettingField key={key} path={[...path, index, key]} />)}
            </Item>
          ))}
          <Button id={wiring.id} size="small" disabled={wiring.disabled} aria-label={(count ? texts.anotherTo : texts.addTo)(label)} onClick={add}>
            <Plus aria-hidden /> {count ? texts.another : texts.add}
          </Button>
        </div>
      )}
    </Frame>
  );
}

/** A new item holds what it needs and nothing else. */
function blank(item: Shape | undefined): unknown {
  if (!item) return "";
  if (item.kind !== "group") return item.kind === "text" ? "" : {};
  return Object.fromEntries(item.needed.map((key) => [key, blankValue(childOf(item, key))]));
}

function blankValue(shape: Shape | undefined): unknown {
  if (shape?.kind === "choice") return shape.choices[0];
  if (shape?.kind === "number") return 0;
  if (shape?.kind === "list") return [blank(childOf(shape, 0))];
  return typeof shape?.examples[0] === "string" ? shape.examples[0] : "";
}

/** One of a list: its name, how to move and remove it, and its fields when it is opened. */
export function Item({ list, index, label, disabled, extra, about, children }: {
  list: Path;
  index: number;
  label: string;
  disabled: boolean;
  extra?: ReactNode;
  about?: string;
  children: ReactNode;
}) {
  const draft = useDraftContext();
  const path = [...list, index];
  const short = kindAt(draft.file, path) === "scalar" ? textAt(draft.file, path) : undefined;
  const named = NAMES.map((key) => realPath(draft, [...path, key])).flatMap((place) => (place && textAt(draft.file, place)) || []);
  const name = short ?? named[0] ?? texts.item(label, index + 1);
  const faulty = faultsAt(draft.checked, path).length;
  return (
    <details className="group border-line bg-surface rounded-xl border" open={faulty > 0 || undefined}>
      <summary className="hover:bg-sunken/60 flex min-h-12 cursor-pointer list-none items-center gap-2 rounded-xl px-3 py-2 [&::-webkit-details-marker]:hidden">
        <ChevronRight className="text-soft size-4 shrink-0 transition-transform group-open:rotate-90" aria-hidden />
        <span className="min-w-0 flex-1">
          <span className="block truncate text-sm font-semibold">{name}</span>
          {about && <span className="text-soft line-clamp-2 text-xs group-open:hidden">{about}</span>}
        </span>
        {faulty > 0 && <span className="bg-bad size-2 rounded-full" role="img" aria-label={texts.faultsHere(faulty)} />}
        {extra}
      </summary>
      <div className="border-line space-y-5 border-t p-4">
        {children}
        <div className="border-line -mx-4 -mb-4 flex justify-end gap-1 border-t px-3 py-1.5">
          {index > 0 && (
            <Button look="quiet" size="small" disabled={disabled} aria-label={texts.up(name)} onClick={() => draft.change((file) => swap(file, list, index - 1))}>
              <ArrowUp aria-hidden />
            </Button>
          )}
          <Button look="quiet" size="small" disabled={disabled} className="text-bad" onClick={() => draft.change((file) => remove(file, path))}>
            <Trash2 aria-hidden /> {texts.removeItem(name)}
          </Button>
        </div>
      </div>
    </details>
  );
}
