import {
  Activity,
  Bell,
  Bot,
  ContactRound,
  LayoutDashboard,
  MessagesSquare,
  Play,
  Send,
  Settings,
  Wrench,
  type LucideIcon,
} from "lucide-react";
import { texts } from "./texts";

export interface Section {
  /** Pages above all others stand under no heading. */
  label?: string;
  pages: { to: string; label: string; icon: LucideIcon }[];
}

/** What the navigation holds; a page appears here when its feature exists. */
export const sections: Section[] = [
  { pages: [{ to: "/", label: texts.dashboard, icon: LayoutDashboard }] },
  {
    label: texts.build,
    pages: [
      { to: "/agents", label: texts.agents, icon: Bot },
      { to: "/playground", label: texts.playground, icon: Play },
      { to: "/tools", label: texts.tools, icon: Wrench },
    ],
  },
  {
    label: texts.watch,
    pages: [
      { to: "/conversations", label: texts.conversations, icon: MessagesSquare },
      { to: "/contacts", label: texts.contacts, icon: ContactRound },
      { to: "/notifications", label: texts.notifications, icon: Bell },
      { to: "/outbox", label: texts.outbox, icon: Send },
      { to: "/health", label: texts.health, icon: Activity },
    ],
  },
  { label: texts.workspace, pages: [{ to: "/settings", label: texts.settings, icon: Settings }] },
];
