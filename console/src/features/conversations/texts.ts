import { catalogue } from "@/i18n/catalogue";

export const texts = catalogue({
  en: {
    title: "Conversations",
    about: "Everything that was said, on every channel, with the trace behind each answer.",
    contact: "Contact",
    unnamed: "Visitor",
    agent: "Agent",
    channel: "Channel",
    status: "Status",
    messages: "Messages",
    updated: "Last message",
    started: "Started",
    anyAgent: "Any agent",
    anyChannel: "Any channel",
    anyStatus: "Any status",
    none: "No conversations yet",
    noneHint: "They appear here as soon as somebody talks to an agent, on any channel.",
    transcript: "Transcript",
    with: (agent: string, channel: string) => `with ${agent}, ${channel}`,
    close: "Close conversation",
    closeAbout: "Its messages stay; no further one is accepted.",
    closed: "The conversation is closed",
    back: "All conversations",
    empty: "Nothing was said yet",
    channels: { api: "API", web_chat: "Web chat", playground: "Playground" } as Record<string, string>,
  },
});
