import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { useRef, useState } from "react";
import { agentKeys, agents } from "@/api/agents";
import { asProblem } from "@/api/problem";
import { Page } from "@/components/patterns/page";
import { toast } from "@/components/patterns/toasts";
import { Button } from "@/components/ui/button";
import { CheckedEditor } from "./checked-editor";
import { texts } from "./texts";
import type { EditorHandle } from "./yaml-editor";

const EXAMPLE = `version: "1.0"
client:
  name: Acme Corporation
agent:
  name: Nora
  language: en
  objectives:
    - Find out what the customer needs.
    - Answer from what is known, and offer a person when it is not.
  system_prompt: |
    You are {agent_name}, an assistant of {client_name}.
    Be brief, friendly and exact. Ask one question at a time.
  greeting: Hello, how can I help?
tools:
  - calculate
  - current_time
  - create_ticket
`;

export default function NewAgentPage() {
  const [text, setText] = useState(EXAMPLE);
  const editor = useRef<EditorHandle>(null);
  const navigate = useNavigate();
  const queries = useQueryClient();
  const create = useMutation({
    mutationFn: () => agents.create(text),
    onSuccess: async (made) => {
      toast.done(texts.created(made.name));
      await queries.invalidateQueries({ queryKey: agentKeys.all });
      await navigate({ to: "/agents/$slug", params: { slug: made.slug } });
    },
    onError: (error) => {
      toast.failed(error);
      const line = asProblem(error).faults[0]?.line;
      if (line) editor.current?.goTo(line);
    },
  });
  return (
    <Page wide title={texts.newTitle} about={texts.newAbout}>
      <CheckedEditor
        ref={editor}
        initial={EXAMPLE}
        onChange={setText}
        onSave={() => create.mutate()}
        bar={
          <Button look="primary" busy={create.isPending} onClick={() => create.mutate()}>
            {texts.create}
          </Button>
        }
      />
    </Page>
  );
}
