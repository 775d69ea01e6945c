import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useNavigate, useSearch } from "@tanstack/react-router";
import { useRef, useState } from "react";
import { agentKeys, agentQueries, agents } from "@/api/agents";
import { asProblem } from "@/api/problem";
import type { AgentDetailOut, ToolView, VocabularyOut } from "@/api/schema";
import { toolQueries } from "@/api/tools";
import { Page } from "@/components/patterns/page";
import { Failed, FormFault, Loading } from "@/components/patterns/states";
import { toast } from "@/components/patterns/toasts";
import { Card } from "@/components/ui/card";
import { useDraft } from "../configuration/draft";
import type { Schema } from "../configuration/schema";
import { CheckSummary, FaultList } from "../fault-list";
import { type EditorHandle, YamlEditor } from "../yaml-editor";
import { Essentials, type Wish } from "./essentials";
import { STARTERS } from "./starters";
import { StarterChoice } from "./starter-choice";
import { texts } from "./texts";

/** A new agent out of a few essentials, or out of another agent. */
export default function NewAgentPage() {
  const { from } = useSearch({ from: "/app/new-agent" });
  const original = useQuery({ ...agentQueries.one(from ?? ""), enabled: Boolean(from) });
  const schema = useQuery(agentQueries.schema());
  const words = useQuery(agentQueries.vocabulary());
  const tools = useQuery(toolQueries.list());
  const failed = schema.error ?? words.error ?? (from ? original.error : null);
  if (failed) return <Failed error={failed} onRetry={() => void Promise.all([schema.refetch(), words.refetch()])} />;
  if (!schema.data || !words.data || tools.isPending || (from && !original.data)) return <Loading rows={8} />;
  return (
    <Maker
      key={from}
      original={from ? (original.data?.data as AgentDetailOut) : null}
      root={schema.data as Schema}
      vocabulary={words.data}
      tools={tools.data?.items ?? []}
    />
  );
}

function Maker({ original, root, vocabulary, tools }: {
  original: AgentDetailOut | null;
  root: Schema;
  vocabulary: VocabularyOut;
  tools: ToolView[];
}) {
  const [starter, setStarter] = useState(original ? "" : (STARTERS[0]?.id ?? ""));
  const [initial] = useState(() => original?.current?.source ?? STARTERS[0]?.source ?? "");
  const draft = useDraft(initial, root, vocabulary, tools);
  const [begun, setBegun] = useState(initial);
  const editor = useRef<EditorHandle>(null);
  const navigate = useNavigate();
  const queries = useQueryClient();
  const make = useMutation({
    mutationFn: ({ wish, publish }: { wish: Wish; publish: boolean }) =>
      agents.create(draft.text, { slug: wish.slug || (original ? slugOf(wish.name) : undefined), publish }),
    onSuccess: async (made, { publish }) => {
      toast.done(publish ? texts.created(made.name) : texts.createdDraft(made.name));
      await queries.invalidateQueries({ queryKey: agentKeys.all });
      await navigate({ to: "/agents/$slug", params: { slug: made.slug } });
    },
    onError: (error) => {
      const line = asProblem(error).faults[0]?.line;
      if (line) editor.current?.goTo(line);
    },
  });
  const begin = (id: string) => {
    const chosen = STARTERS.find((each) => each.id === id);
    if (!chosen) return;
    setStarter(id);
    draft.setText(chosen.source);
    setBegun(chosen.source);
  };
  return (
    <Page wide title={original ? texts.copyTitle(original.name) : texts.title} about={original ? texts.copyAbout : texts.about}>
      <div className="grid items-start gap-4 lg:grid-cols-2">
        <div className="min-w-0 space-y-4">
          {original ? (
            <p className="bg-info-wash text-info rounded-xl px-4 py-3 text-sm">{texts.copyData}</p>
          ) : (
            <StarterChoice chosen={starter} isChanged={draft.text !== begun} onChoose={begin} />
          )}
          <Card className="p-5 sm:p-6">
            <Essentials
              key={starter}
              draft={draft}
              copyOf={original}
              busy={make.isPending}
              fault={<FormFault error={make.error} />}
              onMake={(wish, publish) => make.mutate({ wish, publish })}
            />
          </Card>
        </div>
        <Card className="overflow-hidden lg:sticky lg:top-[4.5rem]" aria-label={texts.file}>
          <div className="h-[clamp(20rem,70dvh,60rem)]">
            <YamlEditor
              ref={editor}
              text={draft.text}
              onChange={draft.setText}
              onSave={() => undefined}
              checked={draft.checked}
              known={() => draft}
            />
          </div>
          <div className="border-line bg-sunken border-t">
            <FaultList
              checked={draft.checked}
              onGo={(fault) => editor.current?.goTo(fault.line ?? 1)}
            />
            <div className="px-4 py-3">
              <CheckSummary checked={draft.checked} />
            </div>
          </div>
        </Card>
      </div>
    </Page>
  );
}

const slugOf = (name: string) => name.normalize("NFKD").toLowerCase().replace(/[^a-z0-9]+/g, "-").replace(/^-|-$/g, "") || undefined;
