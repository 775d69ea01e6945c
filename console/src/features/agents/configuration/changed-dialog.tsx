import { Button } from "@/components/ui/button";
import { Dialog } from "@/components/ui/dialog";
import { DiffView } from "../diff-view";
import { texts } from "../texts";
import type { Stand } from "./use-saving";

/** Somebody else published meanwhile: both texts, and the choice. */
export function ChangedDialog({ theirs, mine, busy, onOverwrite, onTake, onClose }: {
  theirs: Stand | null;
  mine: string;
  busy: boolean;
  onOverwrite: () => void;
  onTake: () => void;
  onClose: () => void;
}) {
  return (
    <Dialog wide open={theirs !== null} onClose={onClose} title={texts.changed} about={texts.changedHint}>
      <p className="mb-2 text-xs font-semibold">
        <span className="text-bad">− {texts.theirs}</span> · <span className="text-good">+ {texts.mine}</span>
      </p>
      <div className="border-line max-h-[45dvh] overflow-y-auto rounded-lg border">
        {theirs && <DiffView before={theirs.source} after={mine} />}
      </div>
      <div className="mt-4 flex flex-col-reverse gap-2 sm:flex-row sm:justify-end">
        <Button onClick={onTake}>{texts.takeTheirs}</Button>
        <Button look="primary" busy={busy} onClick={onOverwrite}>
          {texts.overwrite}
        </Button>
      </div>
    </Dialog>
  );
}
