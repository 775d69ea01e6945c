import { catalogue } from "@/i18n/catalogue";

export const texts = catalogue({
  en: {
    title: "Playground",
    about: "Talk to an agent and watch each step it takes.",
    agent: "Agent",
    restart: "New conversation",
    placeholder: "Write as a customer would …",
    message: "Message",
    send: "Send",
    stop: "Stop",
    empty: "Say something",
    emptyHint: "Ask what a customer would ask. The answer streams in here, and its steps appear beside it.",
    noAgents: "No agent to try yet",
    make: "New agent",
    noAgentsHint: "Make an agent first; then talk to it here.",
    working: "Working",
    callingTool: (name: string) => `Using ${name}`,
    failed: "The answer did not arrive",
    again: "Send again",
    chat: "Chat",
    you: "You",
    queued: "Waiting for its turn",
    handoff: "Handed to a person",
    sources: "Sources",
    stopped: "You stopped watching; the turn may still finish.",
  },
});
