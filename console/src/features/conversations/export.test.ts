import { expect, test } from "vitest";
import type { ConversationOut, MessageOut } from "@/api/schema";
import { asText } from "./export";

test("a talk is written as one reads it", () => {
  const contact = { id: "0000-7f3a", name: "Ada", external_id: null };
  const talk = { contact, agent_name: "Nora", channel: "web_chat", created_at: "2026-11-20T10:00:00Z" } as ConversationOut;
  const said = { created_at: "2026-11-20T10:00:05Z", attachments: [] };
  const messages = [
    { ...said, role: "user", content: "Hello", attachments: [{ id: "f", name: "plan.pdf", content_type: "", size: 1 }] },
    { ...said, role: "assistant", content: "Good day." },
  ] as MessageOut[];

  const [head, first, second] = asText(talk, messages).split("\n\n");
  expect(head).toMatch(/^Ada with Nora, Web chat, /);
  expect(first).toMatch(/^Ada, .*\n\[plan\.pdf\]\nHello$/);
  expect(second).toMatch(/^Nora, .*\nGood day\.\n$/);
});
