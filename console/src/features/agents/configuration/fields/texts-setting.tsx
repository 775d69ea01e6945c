import { ArrowUp, Plus, Trash2 } from "lucide-react";
import { useState } from "react";
import { Button } from "@/components/ui/button";
import { Input, Textarea } from "@/components/ui/input";
import { fieldId, realPath, useDraftContext } from "../draft";
import { texts } from "../texts";
import { remove, set, swap } from "../yaml-edit";
import { find, kindAt, type Path } from "../yaml-file";
import { placeholderOf } from "./single-settings";
import { Frame, type SettingProps } from "./setting";
import { useTyped } from "./use-typed";

const LONG_ITEMS = /objectives|examples|starters|survey/;

/** A list of texts, one row each. */
export function TextsSetting(props: SettingProps) {
  const { path, label, setting } = props;
  const draft = useDraftContext();
  const [adding, setAdding] = useState(false);
  const count = setting.list.length;
  const long = LONG_ITEMS.test(String(path.at(-1)));
  const place = realPath(draft, path) ?? path;
  const add = (text: string) => {
    setAdding(false);
    if (!text.trim()) return;
    draft.change((file, manners) => {
      if (kindAt(file, place) === "list" && !find(file, place)?.inherited) return set(file, [...place, count], text.trim(), manners);
      return set(file, path, [...setting.list, text.trim()], manners);
    });
  };
  return (
    <Frame {...props} group>
      {(wiring) => (
        <div className="space-y-2">
          {setting.list.map((_, index) => (
            <Row
              key={index}
              path={kindAt(draft.file, place) === "list" ? [...place, index] : place}
              index={index}
              label={label}
              long={long}
              stored={setting.list[index] ?? ""}
              disabled={wiring.disabled}
              isMovable={count > 1}
              onUp={index > 0 ? () => draft.change((file) => swap(file, place, index - 1)) : undefined}
            />
          ))}
          {adding && (
            <Input
              autoFocus
              aria-label={texts.addTo(label)}
              placeholder={placeholderOf(setting.shape)}
              onBlur={(event) => add(event.target.value)}
              onKeyDown={(event) => {
                if (event.key === "Enter") add(event.currentTarget.value);
                if (event.key === "Escape") setAdding(false);
              }}
            />
          )}
          <Button
            id={wiring.id}
            size="small"
            disabled={wiring.disabled}
            aria-label={(count ? texts.anotherTo : texts.addTo)(label)}
            aria-describedby={wiring["aria-describedby"]}
            onClick={() => setAdding(true)}
          >
            <Plus aria-hidden /> {count ? texts.another : texts.add}
          </Button>
        </div>
      )}
    </Frame>
  );
}

function Row({ path, index, label, long, stored, disabled, isMovable, onUp }: {
  path: Path;
  index: number;
  label: string;
  long: boolean;
  stored: string;
  disabled: boolean;
  /** Keeps the place of the arrow, so that all rows end alike. */
  isMovable: boolean;
  onUp?: () => void;
}) {
  const { change } = useDraftContext();
  const typed = useTyped(path, stored, (text) => text.trim());
  const name = texts.item(label, index + 1);
  const common = { id: fieldId(path), "aria-label": name, value: typed.value, disabled, onFocus: typed.onFocus, onBlur: typed.onBlur };
  return (
    <div className="flex items-start gap-1">
      {long ? (
        <Textarea
          {...common}
          rows={1}
          className="field-sizing-content min-h-11"
          onChange={(event) => typed.onChange(event.target.value.replaceAll("\n", " "))}
        />
      ) : (
        <Input {...common} onChange={(event) => typed.onChange(event.target.value)} />
      )}
      {onUp ? (
        <Button look="quiet" size="icon" disabled={disabled} aria-label={texts.up(name)} title={texts.up(name)} onClick={onUp}>
          <ArrowUp aria-hidden />
        </Button>
      ) : (
        isMovable && <span aria-hidden className="size-11 shrink-0" />
      )}
      <Button
        look="quiet"
        size="icon"
        disabled={disabled}
        aria-label={texts.removeItem(name)}
        title={texts.removeItem(name)}
        onClick={() => change((file) => remove(file, path))}
      >
        <Trash2 aria-hidden />
      </Button>
    </div>
  );
}
