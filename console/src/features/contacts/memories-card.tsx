import { useInfiniteQuery, useMutation, useQueryClient } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { Brain, Pencil, Pin, PinOff, Trash2 } from "lucide-react";
import { useState } from "react";
import { contactKeys, contactQueries, contacts } from "@/api/contacts";
import type { MemoryChangeBody, MemoryOut } from "@/api/schema";
import { Confirm } from "@/components/patterns/confirm";
import { Field } from "@/components/patterns/field";
import { Empty, Failed, FormFault, Loading } from "@/components/patterns/states";
import { toast } from "@/components/patterns/toasts";
import { Badge } from "@/components/ui/badge";
import { Button } from "@/components/ui/button";
import { Card } from "@/components/ui/card";
import { Dialog } from "@/components/ui/dialog";
import { Textarea } from "@/components/ui/input";
import { format } from "@/i18n/catalogue";
import { common } from "@/i18n/common";
import { texts } from "./texts";

const LONGEST = 500;

export function MemoriesCard({ contactId, mayWrite }: { contactId: string; mayWrite: boolean }) {
  const pages = useInfiniteQuery(contactQueries.memories(contactId));
  const memories = pages.data?.pages.flatMap((page) => page.items) ?? [];
  const sorted = memories.toSorted((a, b) => Number(b.pinned) - Number(a.pinned));
  return (
    <Card aria-label={texts.memories}>
      <header className="border-line border-b px-5 py-4 sm:px-6">
        <h2 className="text-base font-semibold">{texts.memories}</h2>
        <p className="text-soft mt-0.5 text-sm">{texts.memoriesAbout}</p>
      </header>
      {pages.isPending && <Loading rows={2} />}
      {pages.isError && <Failed error={pages.error} onRetry={() => void pages.refetch()} />}
      {pages.isSuccess && !memories.length && (
        <Empty icon={Brain} title={texts.noMemories} hint={texts.noMemoriesHint} />
      )}
      <ul className="divide-line divide-y">
        {sorted.map((memory) => (
          <Memory key={memory.id} contactId={contactId} memory={memory} mayWrite={mayWrite} />
        ))}
      </ul>
      {pages.hasNextPage && (
        <div className="p-5">
          <Button busy={pages.isFetchingNextPage} onClick={() => void pages.fetchNextPage()}>
            {common.more}
          </Button>
        </div>
      )}
    </Card>
  );
}

function Memory({ contactId, memory, mayWrite }: { contactId: string; memory: MemoryOut; mayWrite: boolean }) {
  const [asked, setAsked] = useState<"correct" | "forget" | null>(null);
  const queries = useQueryClient();
  const again = () => queries.invalidateQueries({ queryKey: contactKeys.one(contactId) });
  const pin = useMutation({
    mutationFn: () => contacts.changeMemory(contactId, memory.id, { pinned: !memory.pinned } as MemoryChangeBody),
    onSuccess: again,
    onError: toast.failed,
  });
  const forget = useMutation({
    mutationFn: () => contacts.forgetMemory(contactId, memory.id),
    onSuccess: async () => {
      setAsked(null);
      toast.done(texts.forgotten);
      await again();
    },
    onError: toast.failed,
  });
  const PinIcon = memory.pinned ? PinOff : Pin;
  return (
    <li className="flex flex-wrap items-start justify-between gap-x-4 gap-y-2 px-5 py-4 sm:px-6">
      <div className="min-w-0 flex-1 basis-60">
        <p className="flex flex-wrap items-center gap-2 text-sm font-semibold">
          <span className="first-letter:uppercase">{memory.name?.replaceAll("_", " ") ?? texts.fact}</span>
          {memory.pinned && <Badge tone="accent">{texts.pinned}</Badge>}
        </p>
        <p className="mt-0.5 text-sm break-words">{memory.content}</p>
        <p className="text-soft mt-1 text-xs">
          {texts.learned(memory.agent_name ?? texts.someone, format.ago(memory.updated_at))}
          {memory.conversation_id && (
            <>
              {" · "}
              <Link to="/conversations/$id" params={{ id: memory.conversation_id }} className="underline underline-offset-2">
                {texts.inConversation}
              </Link>
            </>
          )}
        </p>
      </div>
      {mayWrite && (
        <div className="-mr-3 flex">
          <Button look="quiet" size="icon" aria-label={memory.pinned ? texts.unpin : texts.pin} disabled={pin.isPending} onClick={() => pin.mutate()}>
            <PinIcon aria-hidden />
          </Button>
          <Button look="quiet" size="icon" aria-label={texts.correct} onClick={() => setAsked("correct")}>
            <Pencil aria-hidden />
          </Button>
          <Button look="quiet" size="icon" aria-label={texts.forget} onClick={() => setAsked("forget")}>
            <Trash2 aria-hidden />
          </Button>
        </div>
      )}
      {asked === "correct" && (
        <Correct contactId={contactId} memory={memory} onSaved={again} onClose={() => setAsked(null)} />
      )}
      <Confirm
        danger
        open={asked === "forget"}
        title={texts.forgetTitle}
        about={texts.forgetAbout(memory.content)}
        action={texts.forget}
        busy={forget.isPending}
        onConfirm={() => forget.mutate()}
        onClose={() => setAsked(null)}
      />
    </li>
  );
}

function Correct({ contactId, memory, onSaved, onClose }: {
  contactId: string;
  memory: MemoryOut;
  onSaved: () => Promise<unknown>;
  onClose: () => void;
}) {
  const [content, setContent] = useState(memory.content);
  const save = useMutation({
    mutationFn: () => contacts.changeMemory(contactId, memory.id, { content } as MemoryChangeBody),
    onSuccess: async () => {
      toast.done(texts.corrected);
      await onSaved();
      onClose();
    },
  });
  const submit = (event: React.FormEvent) => {
    event.preventDefault();
    save.mutate();
  };
  return (
    <Dialog open onClose={onClose} title={texts.correctTitle}>
      <form className="space-y-4" onSubmit={submit}>
        <Field label={texts.memory}>
          {(wiring) => (
            <Textarea {...wiring} rows={4} maxLength={LONGEST} value={content} onChange={(event) => setContent(event.target.value)} />
          )}
        </Field>
        <FormFault error={save.error} />
        <div className="flex flex-col-reverse gap-2 sm:flex-row sm:justify-end">
          <Button onClick={onClose}>{common.cancel}</Button>
          <Button type="submit" look="primary" disabled={!content.trim()} busy={save.isPending}>
            {common.save}
          </Button>
        </div>
      </form>
    </Dialog>
  );
}
