import { Search } from "lucide-react";
import { useId, useMemo, useState } from "react";
import { cn } from "@/components/ui/cn";
import { Input } from "@/components/ui/input";
import { useDraftContext } from "./draft";
import { nameOf } from "./fields/setting";
import { settingsOf } from "./schema";
import { sectionOf } from "./sections";
import { texts } from "./texts";
import { type Path, showPath } from "./yaml-file";

const MOST = 8;

/** Finds any setting by its name, its key or its explanation, and goes there. */
export function FindSetting({ onFind }: { onFind: (path: Path) => void }) {
  const { schema } = useDraftContext();
  const [typed, setTyped] = useState("");
  const [at, setAt] = useState(0);
  const list = useId();
  const all = useMemo(
    () =>
      settingsOf(schema).map(({ path, shape }) => {
        const name = nameOf(path);
        return { path, name, section: texts.section[sectionOf(path)?.id ?? ""]?.[0] ?? "", own: `${name} ${showPath(path)}`.toLowerCase(), help: shape.help.toLowerCase() };
      }),
    [schema],
  );
  const words = typed.toLowerCase().split(/\s+/).filter(Boolean);
  const rank = (each: (typeof all)[number]) =>
    words.every((word) => each.own.includes(word)) ? 0 : words.every((word) => `${each.own} ${each.help}`.includes(word)) ? 1 : 2;
  const found = words.length ? all.filter((each) => rank(each) < 2).sort((one, two) => rank(one) - rank(two)).slice(0, MOST) : [];
  const choose = (index: number) => {
    const chosen = found[index];
    if (!chosen) return;
    setTyped("");
    onFind(chosen.path);
  };
  return (
    <div className="relative w-full sm:w-72">
      <Search className="text-soft pointer-events-none absolute top-3.5 left-3 size-4" aria-hidden />
      <Input
        role="combobox"
        aria-label={texts.find}
        aria-expanded={words.length > 0}
        aria-controls={list}
        aria-activedescendant={found[at] ? `${list}-${at}` : undefined}
        aria-autocomplete="list"
        placeholder={texts.find}
        className="pl-9"
        value={typed}
        onChange={(event) => {
          setTyped(event.target.value);
          setAt(0);
        }}
        onKeyDown={(event) => {
          const move = event.key === "ArrowDown" ? 1 : event.key === "ArrowUp" ? -1 : 0;
          if (move) setAt((old) => (old + move + found.length) % Math.max(found.length, 1));
          if (event.key === "Enter") choose(at);
          if (event.key === "Escape") setTyped("");
          if (move || event.key === "Enter") event.preventDefault();
        }}
        onBlur={() => setTimeout(() => setTyped(""), 150)}
      />
      <ul id={list} role="listbox" aria-label={texts.find} className={cn("bg-raised border-line shadow-card absolute inset-x-0 top-full z-20 mt-1 overflow-hidden rounded-xl border py-1", !words.length && "hidden")}>
        {words.length > 0 && found.length === 0 && <li role="option" aria-selected={false} className="text-soft px-3 py-2 text-sm">{texts.findNone}</li>}
        {found.map((each, index) => (
          <li
            key={showPath(each.path)}
            id={`${list}-${index}`}
            role="option"
            aria-selected={index === at}
            className={cn("min-h-11 cursor-pointer px-3 py-1.5", index === at && "bg-accent-wash")}
            onPointerDown={(event) => {
              event.preventDefault();
              choose(index);
            }}
          >
            <span className="block text-sm font-semibold">{each.name}</span>
            <span className="text-soft block truncate font-mono text-xs">
              {each.section} · {showPath(each.path)}
            </span>
          </li>
        ))}
      </ul>
    </div>
  );
}
