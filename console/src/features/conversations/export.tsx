import { useMutation } from "@tanstack/react-query";
import { Download } from "lucide-react";
import { DropdownMenu } from "radix-ui";
import { conversations } from "@/api/conversations";
import type { ConversationOut, MessageOut } from "@/api/schema";
import { save } from "@/components/patterns/save";
import { toast } from "@/components/patterns/toasts";
import { Button } from "@/components/ui/button";
import { format } from "@/i18n/catalogue";
import { channelName } from "@/i18n/common";
import { contactName } from "./names";
import { texts } from "./texts";

/** The talk as one reads it: who said what, and when. */
export function asText(talk: ConversationOut, messages: MessageOut[]): string {
  const head = `${contactName(talk)} ${texts.with(talk.agent_name, channelName(talk.channel))}, ${format.date(talk.created_at)}`;
  const said = messages.map((each) => {
    const who = each.role === "user" ? contactName(talk) : each.role === "assistant" ? talk.agent_name : each.role;
    const files = (each.attachments ?? []).map((file) => `[${file.name}]\n`).join("");
    return `${who}, ${format.date(each.created_at)}\n${files}${each.content}`;
  });
  return `${[head, ...said].join("\n\n")}\n`;
}

/** Saves the whole talk, however long it is. */
export function Export({ talk, compact }: { talk: ConversationOut; compact?: boolean }) {
  const write = useMutation({
    mutationFn: async (kind: "txt" | "json") => {
      const messages = await conversations.everything(talk.id);
      const text = kind === "txt" ? asText(talk, messages) : JSON.stringify({ conversation: talk, messages }, null, 2);
      const type = kind === "txt" ? "text/plain;charset=utf-8" : "application/json";
      save(new Blob([text], { type }), `conversation-${talk.id}.${kind}`);
    },
    onError: toast.failed,
  });
  return (
    <DropdownMenu.Root>
      <DropdownMenu.Trigger asChild>
        <Button busy={write.isPending} size={compact ? "icon" : "normal"} look={compact ? "quiet" : "secondary"} aria-label={texts.export}>
          {!write.isPending && <Download aria-hidden />} {!compact && texts.export}
        </Button>
      </DropdownMenu.Trigger>
      <DropdownMenu.Portal>
        <DropdownMenu.Content
          align="end"
          sideOffset={6}
          className="bg-raised border-line shadow-card animate-rise z-50 min-w-44 rounded-xl border p-1"
        >
          {([["txt", texts.saveText], ["json", texts.saveJson]] as const).map(([kind, name]) => (
            <DropdownMenu.Item
              key={kind}
              className="data-[highlighted]:bg-sunken flex min-h-11 cursor-pointer items-center rounded-lg px-3 text-sm outline-none sm:min-h-9"
              onSelect={() => write.mutate(kind)}
            >
              {name}
            </DropdownMenu.Item>
          ))}
        </DropdownMenu.Content>
      </DropdownMenu.Portal>
    </DropdownMenu.Root>
  );
}
