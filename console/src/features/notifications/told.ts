/** What a notification says, and where it leads. */
import type { LinkProps } from "@tanstack/react-router";
import type { NotificationOut } from "@/api/schema";
import { taskName } from "@/features/health/texts";
import { texts } from "./texts";

interface Said {
  title: string;
  detail: string;
}

/** `names` are those of the agents by their slugs; an agent that is not among them goes by its slug. */
export function say({ kind, data }: NotificationOut, names: ReadonlyMap<string, string> = new Map()): Said {
  const told = (name: string) => String(data[name] ?? "");
  const fact = (name: string) => (name === "agent" ? (names.get(told(name)) ?? told(name)) : told(name));
  switch (kind) {
    case "handoff_asked":
      return { title: texts.handoff, detail: texts.handoffBy(fact("agent"), fact("department")) };
    case "turn_failed":
      return { title: texts.unanswered(fact("agent")), detail: texts.unansweredBy(fact("code")) };
    case "agent_file_refused":
      return data.code === "file_removed"
        ? { title: texts.fileGone(fact("agent")), detail: texts.fileGoneAbout }
        : { title: texts.fileFault(fact("agent")), detail: texts.fileFaults(Number(data.faults ?? 1)) };
    case "agent_gap":
      return { title: texts.gap(fact("agent"), fact("gap"), fact("name")), detail: texts.gapAbout };
    case "job_failed":
      return { title: texts.job(taskName(fact("task"))), detail: texts.jobBy(fact("code")) };
  }
}

export function placeOf({ subject }: NotificationOut): Pick<LinkProps, "to" | "params" | "search"> {
  const [noun, id = ""] = subject.split(":", 2);
  if (noun === "conversation") return { to: "/conversations/$id", params: { id } };
  if (noun === "agent") return { to: "/agents/$slug", params: { slug: id } };
  return { to: "/health", search: { status: "failed" } };
}
