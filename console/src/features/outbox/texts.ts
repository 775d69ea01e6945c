import type { OutboxMessageOut } from "@/api/schema";
import { catalogue } from "@/i18n/catalogue";

export const texts = catalogue({
  en: {
    title: "Outbox",
    about: "Messages that agents wrote to people. While no provider for a channel is connected they are held here, and nothing is sent.",
    to: "To",
    message: "Message",
    channel: "Channel",
    state: "State",
    anyState: "Every state",
    written: "Written",
    read: "Read",
    readOf: (recipient: string) => `Read the message to ${recipient}`,
    unknown: "Recipient no longer known",
    noSubject: "No subject",
    conversation: "To the conversation",
    none: "No message has been written",
    noneHint: "When an agent writes an e-mail or a text message with its tools, you find it here.",
    channels: { email: "E-mail", sms: "SMS", whatsapp: "WhatsApp" } as Record<string, string>,
    states: { held: "Held", sending: "Sending", sent: "Sent", failed: "Failed" } satisfies Record<OutboxMessageOut["state"], string>,
  },
});
