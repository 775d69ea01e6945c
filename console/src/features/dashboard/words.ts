/** Words for what needs a person and for what happened; the server tells both as facts. */
import type { ActivityItem, AttentionItem } from "@/api/schema";
import { channelName } from "@/i18n/common";
import { texts } from "./texts";

export function wordsOf(item: AttentionItem): { title: string; about: string } {
  const agent = item.agent_name ?? item.agent_slug ?? texts.anAgent;
  const title = texts.attentionTitle;
  const [first = ""] = item.about;
  switch (item.kind) {
    case "handoff_waiting":
      return { title: title.handoff_waiting(item.contact_name ?? texts.somebody), about: joined(agent, first) };
    case "turns_failed":
      return { title: title.turns_failed(item.count), about: joined(agent, texts.reasons[first] ?? texts.otherReason(first)) };
    case "agent_file_faults":
      return { title: title.agent_file_faults(agent, item.count), about: texts.attentionAbout.agent_file_faults };
    case "agent_gaps":
      return { title: title.agent_gaps(agent, texts.and(shortened(item.about, item.count))), about: texts.attentionAbout.agent_gaps };
    case "agent_paused_with_traffic":
      return {
        title: title.agent_paused_with_traffic(agent, item.count),
        about: texts.attentionAbout.agent_paused_with_traffic,
      };
    case "ticket_open":
      return { title: title.ticket_open(item.ticket_number ?? 0, first), about: joined(agent, texts.attentionAbout.ticket_open) };
  }
}

export function toldOf(item: ActivityItem): { title: string; about: string } {
  const agent = item.agent_name ?? texts.anAgent;
  const who = item.contact_name ?? texts.somebody;
  const version = item.version === null ? texts.aVersion : texts.version(item.version);
  if (item.type === "conversation.opened" && item.channel === "playground") return { title: texts.tried(agent), about: "" };
  const tell = texts.events[item.type];
  return {
    title: tell ? tell(who, agent, version) : item.type,
    about: item.channel ? channelName(item.channel) : "",
  };
}

const NAMED = 3;

function shortened(names: string[], count: number): string[] {
  return count > NAMED ? [...names.slice(0, NAMED - 1), `${count - NAMED + 1} more`] : names;
}

const joined = (...parts: string[]) => parts.filter(Boolean).join(" · ");
