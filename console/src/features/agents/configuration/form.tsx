import { ChevronRight } from "lucide-react";
import { useEffect, useRef } from "react";
import { cn } from "@/components/ui/cn";
import { Card } from "@/components/ui/card";
import { type Draft, faultsAt, useDraftContext } from "./draft";
import { SettingField } from "./fields/setting";
import { PromptSection } from "./prompt-section";
import { type Group, type Section, SECTIONS } from "./sections";
import { texts } from "./texts";
import { ToolsSection } from "./tools-section";

const countOf = ({ checked }: Draft, section: Section) =>
  section.groups.flatMap(({ paths }) => paths.flatMap((path) => faultsAt({ ...checked, warnings: [] }, path))).length;

/** The parts of the form; one is open at a time. */
export function SectionNav({ current, onOpen, row }: { current: string; onOpen: (id: string) => void; row: boolean }) {
  const draft = useDraftContext();
  const list = useRef<HTMLUListElement>(null);
  useEffect(() => {
    const [bar, open] = [list.current?.parentElement, list.current?.querySelector<HTMLElement>("[aria-current]")];
    if (bar && open) bar.scrollLeft = open.offsetLeft - (bar.clientWidth - open.offsetWidth) / 2;
  }, [current]);
  return (
    <nav aria-label={texts.sections} className={cn("relative -mx-4 overflow-x-auto px-4 sm:mx-0 sm:px-0", !row && "lg:overflow-visible")}>
      <ul ref={list} className={cn("flex gap-1", row ? "lg:flex-wrap" : "lg:sticky lg:top-[4.5rem] lg:w-52 lg:flex-col")}>
        {SECTIONS.map((section) => {
          const Icon = section.icon;
          const faults = countOf(draft, section);
          const open = section.id === current;
          return (
            <li key={section.id}>
              <button
                type="button"
                aria-current={open ? "true" : undefined}
                className={cn(
                  "flex min-h-11 w-full items-center gap-2.5 rounded-lg px-3 text-left text-sm font-semibold whitespace-nowrap",
                  row && "lg:min-h-9 lg:gap-2",
                  open ? "bg-accent-wash text-accent" : "text-soft hover:bg-sunken hover:text-ink",
                )}
                onClick={() => onOpen(section.id)}
              >
                <Icon className="size-4 shrink-0" aria-hidden />
                {texts.section[section.id]?.[0]}
                {faults > 0 && (
                  <span className="bg-bad-wash text-bad ml-auto rounded-full px-2 text-xs tabular-nums">
                    {faults}
                    <span className="sr-only"> {texts.faultsHere(faults)}</span>
                  </span>
                )}
              </button>
            </li>
          );
        })}
      </ul>
    </nav>
  );
}

/** The fields of one part. */
export function SectionForm({ id, disabled }: { id: string; disabled: boolean }) {
  const section = SECTIONS.find((each) => each.id === id) ?? SECTIONS[0];
  if (!section) return null;
  const [title, about] = texts.section[section.id] ?? ["", ""];
  return (
    <Card className="p-5 sm:p-6">
      <h2 className="text-lg font-bold">{title}</h2>
      <p className="text-soft mt-0.5 mb-6 text-sm">{about}</p>
      <fieldset disabled={disabled} className={cn("min-w-0", disabled && "opacity-60")} aria-label={title}>
        {section.id === "instructions" ? (
          <PromptSection />
        ) : section.id === "tools" ? (
          <ToolsSection disabled={disabled} />
        ) : (
          <div className="divide-line divide-y">
            {section.groups.map((group) => (
              <GroupFields key={group.id} group={group} alone={section.groups.length === 1} />
            ))}
          </div>
        )}
      </fieldset>
    </Card>
  );
}

function GroupFields({ group, alone }: { group: Group; alone: boolean }) {
  const title = texts.groups[group.id] ?? texts.more;
  const fields = (
    <div className="space-y-6">
      {group.paths.map((path) => (
        <SettingField key={path.join(".")} path={path} />
      ))}
    </div>
  );
  if (group.folded) {
    return (
      <details className="group/fold py-4 last:pb-0">
        <summary className="flex min-h-11 cursor-pointer list-none items-center gap-2 text-base font-semibold [&::-webkit-details-marker]:hidden">
          <ChevronRight className="text-soft size-4 transition-transform group-open/fold:rotate-90" aria-hidden />
          {title}
        </summary>
        <div className="pt-3">{fields}</div>
      </details>
    );
  }
  return (
    <div className="py-6 first:pt-0 last:pb-0">
      {!alone && <h3 className="mb-4 text-base font-semibold">{title}</h3>}
      {fields}
    </div>
  );
}
