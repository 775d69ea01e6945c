import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { ExternalLink, Plus, X } from "lucide-react";
import { useState } from "react";
import { agentQueries, agents } from "@/api/agents";
import { asProblem } from "@/api/problem";
import type { AgentDetailOut, EmbedOut } from "@/api/schema";
import { CopyAction } from "@/components/patterns/copy";
import { Field } from "@/components/patterns/field";
import { Failed, Loading } from "@/components/patterns/states";
import { toast } from "@/components/patterns/toasts";
import { Badge } from "@/components/ui/badge";
import { Button } from "@/components/ui/button";
import { Card, CardTitle } from "@/components/ui/card";
import { Input } from "@/components/ui/input";
import { texts } from "./texts";

/** How the chat gets onto a website. */
export function OnPages({ agent }: { agent: AgentDetailOut }) {
  const embed = useQuery(agentQueries.embed(agent.slug));
  return (
    <Card className="p-5 sm:p-6">
      <CardTitle>{texts.page}</CardTitle>
      <p className="text-soft mt-1 mb-4 text-sm">{texts.pageAbout}</p>
      {embed.isPending ? (
        <Loading rows={2} />
      ) : embed.isError ? (
        <Failed error={embed.error} onRetry={() => void embed.refetch()} />
      ) : (
        <Embedded agent={agent} embed={embed.data} />
      )}
    </Card>
  );
}

function Embedded({ agent, embed }: { agent: AgentDetailOut; embed: EmbedOut }) {
  const snippet = `<script src="${location.origin}/widget.js" data-key="${embed.key}" async></script>`;
  return (
    <div className="space-y-6">
      <div>
        <div className="flex flex-col gap-2 sm:flex-row sm:items-start">
          <pre aria-label={texts.snippet} className="bg-sunken border-line min-w-0 flex-1 rounded-lg border p-3 font-mono text-xs leading-relaxed break-all whitespace-pre-wrap">
            {snippet}
          </pre>
          <CopyAction text={snippet} label={texts.snippet} />
        </div>
        <p className="text-soft mt-1.5 text-xs">
          {texts.key}: <span className="font-mono break-all">{embed.key}</span>. {texts.keyHint}
        </p>
      </div>
      <div>
        <h3 className="text-sm font-semibold">{texts.chatPage}</h3>
        <a
          href={embed.chat_path}
          target="_blank"
          rel="noreferrer"
          className="text-accent inline-flex min-h-11 items-center gap-1.5 text-sm font-semibold break-all underline underline-offset-4"
        >
          {embed.chat_path} <ExternalLink className="size-3.5 shrink-0" aria-hidden />
        </a>
        <p className="text-soft text-xs">{agent.status === "active" ? texts.chatPageHint : texts.chatClosed}</p>
      </div>
      <Origins slug={agent.slug} embed={embed} />
    </div>
  );
}

function Origins({ slug, embed }: { slug: string; embed: EmbedOut }) {
  const queries = useQueryClient();
  const [typed, setTyped] = useState("");
  const change = useMutation({
    mutationFn: (origins: string[]) => agents.setOrigins(slug, origins),
    onSuccess: (now) => {
      queries.setQueryData(agentQueries.embed(slug).queryKey, now);
      setTyped("");
      toast.done(texts.originsSaved);
    },
  });
  const fault = change.error ? asProblem(change.error) : null;
  return (
    <form
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        if (typed.trim()) change.mutate([...embed.allowed_origins, typed.trim()]);
      }}
    >
      <h3 className="mb-2 text-sm font-semibold">{texts.origins}</h3>
      <ul className="mb-3 flex flex-wrap gap-2">
        {embed.allowed_origins.map((each) => (
          <li key={each} className="bg-sunken border-line inline-flex items-center gap-1 rounded-lg border pl-3 font-mono text-xs">
            <span className="break-all">{each}</span>
            <button
              type="button"
              className="text-soft hover:text-ink grid size-11 place-items-center sm:size-9"
              aria-label={texts.removeOrigin(each)}
              disabled={change.isPending}
              onClick={() => change.mutate(embed.allowed_origins.filter((other) => other !== each))}
            >
              <X className="size-3.5" aria-hidden />
            </button>
          </li>
        ))}
        {embed.file_origins.map((each) => (
          <li key={each} className="inline-flex min-h-9 items-center gap-2 font-mono text-xs">
            {each} <Badge>{texts.originsFile}</Badge>
          </li>
        ))}
        {!embed.allowed_origins.length && !embed.file_origins.length && <li className="text-soft text-sm">{texts.originsNone}</li>}
      </ul>
      <Field label={texts.addOrigin} hint={texts.originsHint} fault={fault ? [fault.message, fault.hint].filter(Boolean).join(" ") : undefined}>
        {(wiring) => (
          <span className="flex gap-2">
            <Input
              {...wiring}
              type="url"
              inputMode="url"
              autoComplete="off"
              placeholder="https://www.acme.com"
              value={typed}
              onChange={(event) => setTyped(event.target.value)}
            />
            <Button type="submit" busy={change.isPending} disabled={!typed.trim()}>
              <Plus aria-hidden /> {texts.addOrigin}
            </Button>
          </span>
        )}
      </Field>
    </form>
  );
}
