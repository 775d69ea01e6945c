import type { NotificationOut } from "@/api/schema";
import { catalogue } from "@/i18n/catalogue";

type Kind = NotificationOut["kind"];

export const texts = catalogue({
  en: {
    title: "Notifications",
    about: "What needs a person. Each leads to the place where something can be done about it. Kept for 90 days.",
    bell: (unread: number) => (unread ? `Notifications, ${unread} unread` : "Notifications"),
    newest: "Newest notifications",
    markAll: "Mark all as read",
    markedAll: "All marked as read",
    markOne: (title: string) => `Mark as read: ${title}`,
    all: "See all",
    none: "Nothing needs you",
    noneHint: "Hand-offs, messages without an answer and faults of agents will appear here as they happen.",
    noneUnread: "Everything is read",
    noneUnreadHint: "Show all to look at earlier ones.",
    which: "Which",
    any: "All",
    unread: "Unread",
    kind: "Kind",
    anyKind: "Every kind",
    times: (count: string) => `${count} times`,
    list: "Notifications",
    isUnread: "Unread",
    preferences: "What I am told of",
    preferencesAbout: "Kinds that you switch off are hidden from you, not from your colleagues.",
    grave: "Urgent",
    kinds: {
      handoff_asked: "Asked for a person",
      turn_failed: "No answer",
      agent_file_refused: "Agent files",
      agent_gap: "Missing things",
      job_failed: "Background jobs",
    } satisfies Record<Kind, string>,
    kindAbout: {
      handoff_asked: "A conversation waits for a person.",
      turn_failed: "A customer's message got no answer.",
      agent_file_refused: "An agent's file or its data has a fault.",
      agent_gap: "An agent names a tool, integration or secret that is not there.",
      job_failed: "A background job was given up.",
    } satisfies Record<Kind, string>,
    handoff: "A customer waits for a person",
    handoffBy: (agent: string, department: string) =>
      department ? `${agent} handed the conversation over to ${department}.` : `${agent} handed the conversation over.`,
    unanswered: (agent: string) => `${agent} could not answer a customer`,
    unansweredBy: (code: string) => `The conversation shows what went wrong (${code}).`,
    fileFault: (agent: string) => `The file of ${agent} has a fault`,
    fileFaults: (count: number) =>
      `${count === 1 ? "One fault" : `${count} faults`}. The last good version stays live meanwhile.`,
    fileGone: (agent: string) => `The file of ${agent} is gone`,
    fileGoneAbout: "The agent goes on with its live version.",
    gap: (agent: string, kind: string, name: string) => `${agent} needs the ${kind} ${name}`,
    gapAbout: "It runs without it until it is there.",
    job: (task: string) => `A background job failed: ${task}`,
    jobBy: (code: string) => `Look at why, then run it again or discard it (${code}).`,
  },
});
