import { Button } from "@/components/ui/button";
import { Dialog } from "@/components/ui/dialog";
import { common } from "@/i18n/common";

/** Asks once more before something that people notice. */
export function Confirm({ open, title, about, action, danger, busy, onConfirm, onClose }: {
  open: boolean;
  title: string;
  about: string;
  action: string;
  danger?: boolean;
  busy?: boolean;
  onConfirm: () => void;
  onClose: () => void;
}) {
  return (
    <Dialog open={open} onClose={onClose} title={title} about={about}>
      <div className="flex flex-col-reverse gap-2 sm:flex-row sm:justify-end">
        <Button onClick={onClose}>{common.cancel}</Button>
        <Button look={danger ? "danger" : "primary"} busy={busy} onClick={onConfirm}>
          {action}
        </Button>
      </div>
    </Dialog>
  );
}
