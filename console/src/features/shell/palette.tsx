import { useQuery } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { Command } from "cmdk";
import { Bot, Play, SunMoon } from "lucide-react";
import { Dialog as Parts } from "radix-ui";
import type { ReactNode } from "react";
import { agentQueries } from "@/api/agents";
import { useReturnedFocus } from "@/components/ui/dialog";
import { setTheme, THEMES } from "@/features/settings/theme";
import { sections } from "./sections";
import { texts } from "./texts";

const item =
  "data-[selected=true]:bg-accent-wash data-[selected=true]:text-accent flex min-h-11 cursor-pointer items-center gap-3 rounded-lg px-3 text-sm font-medium [&_svg]:size-4";

/** Every word must stand there; the library's own guess finds "ada" in "Dashboard". */
function matches(value: string, search: string): number {
  const text = value.toLowerCase();
  return search.toLowerCase().split(/\s+/).every((word) => text.includes(word)) ? 1 : 0;
}

export default function Palette({ onClose }: { onClose: () => void }) {
  const navigate = useNavigate();
  const names = useQuery(agentQueries.names());
  const focus = useReturnedFocus();
  const run = (act: () => unknown) => () => {
    onClose();
    act();
  };
  return (
    <Parts.Root open onOpenChange={(open) => !open && onClose()}>
      <Parts.Portal>
        <Parts.Overlay className="animate-fade fixed inset-0 z-40 bg-black/50" />
        <Parts.Content
          {...focus}
          aria-describedby={undefined}
          className="bg-raised border-line shadow-card animate-rise fixed inset-x-3 top-[10vh] z-50 mx-auto max-w-xl overflow-hidden rounded-2xl border"
        >
          <Parts.Title className="sr-only">{texts.palette}</Parts.Title>
          <Command label={texts.palette} filter={matches} loop>
            <Command.Input
              placeholder={texts.paletteHint}
              className="border-line placeholder:text-soft min-h-14 w-full border-b bg-transparent px-5 text-base outline-none"
            />
            <Command.List className="max-h-[55vh] overflow-y-auto p-2">
              <Command.Empty className="text-soft p-6 text-center text-sm">{texts.nothing}</Command.Empty>
              <Group heading={texts.pages}>
                {sections.flatMap((section) =>
                  section.pages.map(({ to, label, icon: Icon }) => (
                    <Command.Item key={to} className={item} onSelect={run(() => navigate({ to }))}>
                      <Icon aria-hidden /> {label}
                    </Command.Item>
                  )),
                )}
              </Group>
              <Group heading={texts.agents}>
                {names.data?.items.flatMap(({ slug, name }) => [
                  <Command.Item
                    key={slug}
                    value={`${name} ${slug}`}
                    className={item}
                    onSelect={run(() => navigate({ to: "/agents/$slug", params: { slug } }))}
                  >
                    <Bot aria-hidden /> {name} <span className="text-soft font-normal">{slug}</span>
                  </Command.Item>,
                  <Command.Item
                    key={`${slug}-try`}
                    value={`${texts.tryAgent(name)} ${slug}`}
                    className={item}
                    onSelect={run(() => navigate({ to: "/playground", search: { agent: slug } }))}
                  >
                    <Play aria-hidden /> {texts.tryAgent(name)}
                  </Command.Item>,
                ])}
              </Group>
              <Group heading={texts.actions}>
                {THEMES.map((theme) => (
                  <Command.Item key={theme} className={item} onSelect={run(() => setTheme(theme))}>
                    <SunMoon aria-hidden /> {texts[theme]}
                  </Command.Item>
                ))}
              </Group>
            </Command.List>
          </Command>
        </Parts.Content>
      </Parts.Portal>
    </Parts.Root>
  );
}

function Group({ heading, children }: { heading: string; children: ReactNode }) {
  return (
    <Command.Group
      heading={heading}
      className="[&_[cmdk-group-heading]]:text-soft mb-1 [&_[cmdk-group-heading]]:px-3 [&_[cmdk-group-heading]]:py-1.5 [&_[cmdk-group-heading]]:text-xs [&_[cmdk-group-heading]]:font-semibold"
    >
      {children}
    </Command.Group>
  );
}
