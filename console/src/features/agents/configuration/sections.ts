/** How the settings of an agent file are laid out for people; every key of the file is in one of these. */
import { Blocks, BookOpen, Brain, MessageSquareText, MessagesSquare, Route, Scale, UserRound, Wrench, type LucideIcon } from "lucide-react";
import { type Path, under } from "./yaml-file";

export interface Group {
  id: string;
  paths: Path[];
  /** Folded away until somebody wants it. */
  folded?: boolean;
}

export interface Section {
  id: string;
  icon: LucideIcon;
  groups: Group[];
}

const group = (id: string, paths: string[], folded = false): Group => ({ id, paths: paths.map((path) => path.split(".")), folded });

export const SECTIONS: Section[] = [
  {
    id: "basics",
    icon: UserRound,
    groups: [
      group("agent", ["agent.name", "agent.type", "agent.personality"]),
      group("client", ["client.name", "agent.business_context", "client.use_case", "client.vertical", "client.id"]),
      group("talk", ["agent.language", "agent.languages", "agent.greeting"]),
      group("goals", ["agent.objectives"]),
    ],
  },
  {
    id: "instructions",
    icon: MessageSquareText,
    groups: [group("agent", ["agent.system_prompt"]), group("variables", ["agent.variables"])],
  },
  {
    id: "model",
    icon: Brain,
    groups: [
      group("agent", [
        "agent.model.primary", "agent.model.fallback", "agent.model.temperature", "agent.model.max_tokens",
        "agent.model.timeout_seconds",
      ]),
    ],
  },
  { id: "tools", icon: Wrench, groups: [group("tools", ["tools"])] },
  {
    id: "knowledge",
    icon: BookOpen,
    groups: [
      group("documents", ["knowledge.files"]),
      group("tables", ["data"]),
      group("memory", ["memory.window_messages", "memory.summary", "memory.long_term"]),
    ],
  },
  {
    id: "channels",
    icon: MessagesSquare,
    groups: [
      group("chat", [
        "widget.title", "widget.colour", "widget.greeting", "widget.starters", "widget.proactive_after_seconds",
        "widget.allowed_origins",
      ]),
      group("files", ["conversation.attachments.accept", "conversation.attachments.types", "conversation.attachments.max_bytes"]),
      group("ways", ["channels.input", "channels.output"]),
    ],
  },
  {
    id: "behaviour",
    icon: Route,
    groups: [
      group("handoff", [
        "behavior.human_handoff.enabled", "behavior.human_handoff.mode", "behavior.human_handoff.triggers",
        "behavior.human_handoff.departments", "behavior.human_handoff.business_hours",
        "behavior.human_handoff.unavailable_message",
      ]),
      group("handoff_more", ["behavior.human_handoff.targets", "behavior.human_handoff.when_unavailable"], true),
      group("flow", ["conversation.when_busy", "conversation.timezone"]),
      group("privacy", ["behavior.pii_collection"]),
      group("later", ["behavior.follow_ups", "behavior.outbound_retargeting"], true),
      group("offers", ["behavior.cross_sell_upsell", "behavior.survey_questions"], true),
    ],
  },
  {
    id: "rules",
    icon: Scale,
    groups: [
      group("policies", ["policies"]),
      group("watching", ["monitoring.log_events", "monitoring.alerts", "monitoring.sla"]),
    ],
  },
  {
    id: "more",
    icon: Blocks,
    groups: [
      group("services", ["integrations"]),
      group("voice", ["voice"], true),
      group("trials", ["experiments", "tests"], true),
      group("lacking", ["missing.tools", "missing.integrations"], true),
      group("format", ["version", "id"], true),
    ],
  },
];

/** In which section a path is edited; for what is wider than a setting, the first that holds a part of it. */
export function sectionOf(path: Path): Section | undefined {
  const holds = (test: (own: Path) => boolean) => SECTIONS.find(({ groups }) => groups.some(({ paths }) => paths.some(test)));
  return path.length ? (holds((own) => under(path, own)) ?? holds((own) => under(own, path))) : undefined;
}
