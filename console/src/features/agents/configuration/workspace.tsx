import { useBlocker, useNavigate, useSearch } from "@tanstack/react-router";
import { useEffect, useRef, useState } from "react";
import type { Fault } from "@/api/problem";
import type { AgentDetailOut, ToolView, VocabularyOut } from "@/api/schema";
import { Confirm } from "@/components/patterns/confirm";
import { Card } from "@/components/ui/card";
import { cn } from "@/components/ui/cn";
import { texts as page } from "../texts";
import { type EditorHandle, YamlEditor } from "../yaml-editor";
import { ChangedDialog } from "./changed-dialog";
import { DraftProvider, fieldId, useDraft } from "./draft";
import { FindSetting } from "./find-setting";
import { SectionForm, SectionNav } from "./form";
import { BrokenNotice, DraftNotice, OlderNotice } from "./notices";
import { PublishBar } from "./publish-bar";
import type { Schema } from "./schema";
import { SECTIONS, sectionOf } from "./sections";
import { texts } from "./texts";
import { useSaving } from "./use-saving";
import { ViewSwitch, type View } from "./view-switch";
import { linesAt, parsePath, type Path } from "./yaml-file";

/** Longer parts are shown by their first line. */
const MOST_MARKED = 30;

interface Props {
  agent: AgentDetailOut;
  etag: string;
  root: Schema;
  vocabulary: VocabularyOut;
  tools: ToolView[];
}

/** Form and editor over one text; what is typed stays until it is published or thrown away. */
export function Workspace({ agent, etag, root, vocabulary, tools }: Props) {
  const saving = useSaving(agent.slug, { source: agent.current?.source ?? "", etag });
  const draft = useDraft(saving.base.source, root, vocabulary, tools);
  const [reason, setReason] = useState("");
  const search = useSearch({ from: "/app/agents/$slug/configuration" });
  const navigate = useNavigate({ from: "/agents/$slug/configuration" });
  const editor = useRef<EditorHandle>(null);
  const changed = draft.text !== saving.base.source;
  const view: View = search.view ?? "side";
  const section = search.section ?? SECTIONS[0]?.id ?? "";
  const show = (to: { view?: View; section?: string }) =>
    void navigate({ search: (old) => ({ ...old, ...to }), replace: true, resetScroll: false });
  const locked = draft.fault !== null || draft.dialect !== null;
  const blocker = useBlocker({
    shouldBlockFn: ({ current, next }) => changed && current.pathname !== next.pathname,
    enableBeforeUnload: () => changed,
    withResolver: true,
  });

  const save = async (publish: boolean, tag?: string) => {
    if (changed && (await saving.save(draft.text, reason, publish, tag))) setReason("");
  };
  useSaveKey(() => void save(true));

  const goToLine = (line: number) => {
    if (view === "form") show({ view: "yaml" });
    requestAnimationFrame(() => requestAnimationFrame(() => editor.current?.goTo(line)));
  };
  const reveal = (path: Path) => {
    const lines = linesAt(draft.file, path);
    if (lines) editor.current?.reveal(lines.from, lines.to - lines.from > MOST_MARKED ? lines.from : lines.to);
  };
  const goTo = (path: Path) => {
    const found = sectionOf(path);
    if (!found) return;
    show({ section: found.id, view: view === "yaml" ? "side" : view });
    revealField(path);
    reveal(path);
  };
  const goToFault = (fault: Fault) => {
    const path = parsePath(fault.path ?? "");
    if (view === "yaml" || locked || !sectionOf(path)) goToLine(fault.line ?? 1);
    else goTo(path);
  };
  const revealFocused = (target: EventTarget) => {
    const path = (target as HTMLElement).closest<HTMLElement>("[data-setting]")?.dataset.setting;
    if (path) reveal(path.split(".").map((part) => (/^\d+$/.test(part) ? Number(part) : part)));
  };

  return (
    <DraftProvider value={draft}>
      <div className="mb-4 flex flex-wrap items-center justify-between gap-3">
        <ViewSwitch view={view} onView={(next) => show({ view: next })} />
        {view !== "yaml" && <FindSetting onFind={goTo} />}
      </div>
      {draft.fault && <BrokenNotice fault={draft.fault} onGo={() => goToLine(draft.fault?.line ?? 1)} />}
      {draft.dialect && !draft.fault && <OlderNotice text={draft.text} onConverted={draft.setText} />}
      {agent.latest_version > (agent.version ?? agent.latest_version) && !changed && (
        <DraftNotice agent={agent} onOpen={draft.setText} />
      )}
      <div className={cn("grid grid-cols-1 items-start gap-4", view === "side" && "lg:grid-cols-[minmax(0,1fr)_minmax(0,1fr)]")}>
        {view !== "yaml" && (
          <div
            className={cn("grid min-w-0 grid-cols-1 items-start gap-4", view === "form" && "lg:grid-cols-[13rem_minmax(0,48rem)]")}
            onFocus={(event) => view === "side" && revealFocused(event.target)}
          >
            <SectionNav current={section} onOpen={(id) => show({ section: id })} row={view === "side"} />
            <SectionForm key={section} id={section} disabled={locked} />
          </div>
        )}
        {view !== "form" && (
          <Card className={cn("overflow-hidden", view === "side" ? "sticky top-[4.5rem] h-[calc(100dvh-11rem)] max-lg:hidden" : "h-[clamp(22rem,62dvh,60rem)] lg:h-[clamp(22rem,calc(100dvh-25.5rem),60rem)]")}>
            <YamlEditor
              ref={editor}
              text={draft.text}
              onChange={draft.setText}
              onSave={() => void save(true)}
              checked={draft.checked}
              known={() => draft}
            />
          </Card>
        )}
      </div>
      <PublishBar
        checked={draft.checked}
        changed={changed}
        reason={reason}
        busy={saving.busy}
        refused={saving.refused}
        onReason={setReason}
        onSave={(publish) => void save(publish)}
        onGo={goToFault}
      />
      <ChangedDialog
        theirs={saving.theirs}
        mine={draft.text}
        busy={saving.busy !== null}
        onOverwrite={() => void save(true, saving.theirs?.etag)}
        onTake={() => {
          if (!saving.theirs) return;
          saving.setBase(saving.theirs);
          draft.setText(saving.theirs.source);
          saving.setTheirs(null);
        }}
        onClose={() => saving.setTheirs(null)}
      />
      <Confirm
        open={blocker.status === "blocked"}
        title={texts.leaveTitle}
        about={page.leave}
        action={texts.leave}
        danger
        onConfirm={() => blocker.proceed?.()}
        onClose={() => blocker.reset?.()}
      />
    </DraftProvider>
  );
}

/** Once the section is there: into view, and the cursor into the field; folds around it open. */
function revealField(path: Path): void {
  requestAnimationFrame(() =>
    requestAnimationFrame(() => {
      for (let length = path.length; length > 0; length -= 1) {
        const field = document.getElementById(fieldId(path.slice(0, length)));
        if (!field) continue;
        for (let fold = field.closest("details"); fold; fold = fold.parentElement?.closest("details") ?? null) fold.open = true;
        field.scrollIntoView({ block: "center" });
        field.focus({ preventScroll: true });
        return;
      }
    }),
  );
}

function useSaveKey(onSave: () => void): void {
  const latest = useRef(onSave);
  latest.current = onSave;
  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      if (event.key !== "s" || !(event.ctrlKey || event.metaKey) || event.defaultPrevented) return;
      event.preventDefault();
      latest.current();
    };
    addEventListener("keydown", onKey);
    return () => removeEventListener("keydown", onKey);
  }, []);
}
