import { Dialog } from "@/components/ui/dialog";
import { sections } from "./sections";
import { letters, setShortcuts, useShortcutsOn } from "./shortcuts";
import { texts } from "./texts";

const EVERYWHERE: [string[], string][] = [
  [["Ctrl", "K"], texts.palette],
  [["?"], texts.help],
  [["Esc"], texts.helpEscape],
];

/** What the keyboard can do. */
export default function Help({ onClose }: { onClose: () => void }) {
  const on = useShortcutsOn();
  const labels = new Map(sections.flatMap((section) => section.pages.map((page) => [page.to, page.label])));
  return (
    <Dialog open onClose={onClose} title={texts.help} about={texts.helpAbout}>
      <dl className="divide-line divide-y text-sm">
        {EVERYWHERE.map(([keys, about]) => (
          <Row key={about} keys={keys} about={about} />
        ))}
        {on &&
          [...letters].map(([letter, to]) => <Row key={to} keys={["g", letter]} about={texts.goTo(labels.get(to) ?? to)} />)}
      </dl>
      <label className="mt-3 flex min-h-11 items-center gap-3 text-sm font-semibold">
        <input type="checkbox" className="accent-spark size-5" checked={on} onChange={(event) => setShortcuts(event.target.checked)} />
        {texts.lettersOn}
      </label>
    </Dialog>
  );
}

function Row({ keys, about }: { keys: string[]; about: string }) {
  return (
    <div className="flex min-h-11 items-center justify-between gap-4">
      <dt>{about}</dt>
      <dd className="flex gap-1.5">
        {keys.map((key) => (
          <kbd key={key} className="bg-sunken border-line min-w-8 rounded-md border px-2 py-1 text-center font-mono text-xs font-semibold">
            {key}
          </kbd>
        ))}
      </dd>
    </div>
  );
}
