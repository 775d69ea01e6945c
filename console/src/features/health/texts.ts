import type { HealthOut, JobOut } from "@/api/schema";
import { catalogue } from "@/i18n/catalogue";

type Part = keyof HealthOut["checks"];
type State = HealthOut["status"];

export const texts = catalogue({
  en: {
    title: "Jobs and health",
    about: "How the platform does right now, and the work it does in the background.",
    overall: {
      ok: "Everything works",
      degraded: "Something needs a look",
      down: "A part that is needed does not work",
    } satisfies Record<State, string>,
    overallAbout: {
      ok: "Customers are answered and the work in the background is done.",
      degraded: "Customers are still answered. What needs a look is marked below, with what to do.",
      down: "Messages that were accepted are kept and answered as soon as it works again.",
    } satisfies Record<State, string>,
    state: { ok: "Works", degraded: "Limited", down: "Down" } satisfies Record<State, string>,
    parts: {
      database: "Database",
      jobs: "Background work",
      storage: "Disk",
      models: "Language models",
      agents: "Agents",
    } satisfies Record<Part, string>,
    todo: {
      database: "Check that PostgreSQL runs and can be reached from here. The command “sparklabs doctor” names the cause.",
      jobs: "The queue lives in the database: mend that first. Then see that a worker runs (“sparklabs worker”, or “make up”, which has one).",
      storage: "Free some space on the disk of the data folder, or move the folder to a larger one. Below 200 MB uploads and the database are at risk.",
      models: "Nothing to do if it passes by itself. If it stays: check the provider's status page, the key and its quota. Others in the agent's list, and at last the offline model, answer meanwhile.",
      agents: "They are read from the database: mend that first.",
    } satisfies Record<Part, string>,
    what: "What to do",
    databaseFast: (duration: string) => `Answers in ${duration}.`,
    reason: (reason: string) => `It says: ${reason}`,
    jobsWait: (count: number) =>
      count === 0 ? "Nothing waits." : count === 1 ? "One job waits for its turn." : `${count} jobs wait for their turn.`,
    free: (bytes: string) => `${bytes} free for files and the database.`,
    answering: (count: number) =>
      count === 0 ? "No agent answers customers yet." : count === 1 ? "One agent answers customers." : `${count} agents answer customers.`,
    offlineOnly: "No provider is connected: the built-in offline model answers.",
    connected: (names: string) => `Connected: ${names}.`,
    resting: (model: string, seconds: string) => `${model} failed several times and is asked again in ${seconds}.`,
    trying: (model: string) => `${model} failed several times; the next question finds out whether it works again.`,
    providers: { openai: "OpenAI", anthropic: "Anthropic", google: "Google" },
    process: "This process",
    version: "Version",
    role: "Role",
    roles: { all: "Serves and works", api: "Serves", worker: "Works" } as Record<string, string>,
    uptime: "Running for",
    turns: "Turns in progress",
    streams: "Open live views",
    checked: "Checked",
    jobs: "Background jobs",
    jobsAbout:
      "What waits, runs or did not succeed. A job that succeeds is removed at once; the others are kept for 30 days, or until you discard them.",
    job: "Job",
    status: "Status",
    anyStatus: "Every status",
    anyJob: "Every job",
    changed: "Last change",
    reasonHead: "What happened",
    attempts: (count: number) => (count === 1 ? "Tried once" : `Tried ${count} times`),
    notTried: "Not tried yet",
    platform: "Platform",
    platformAbout: "Belongs to the whole platform and runs by its own timetable; it can only be looked at.",
    number: (id: number) => `No. ${id}`,
    none: "No job waits and none has failed",
    noneHint: "Background work appears here while it waits or runs, and stays when it did not succeed.",
    retry: "Run again",
    retryOf: (task: string, id: number) => `Run again: ${task}, no. ${id}`,
    retryTitle: "Run this job again?",
    retryAbout: "It goes back into the queue and starts within seconds. What it had done before is not done twice.",
    retried: "The job is back in the queue",
    discard: "Discard",
    discardOf: (task: string, id: number) => `Discard: ${task}, no. ${id}`,
    discardTitle: "Discard this job?",
    discardAbout: "It will not run any more and leaves this list. This cannot be undone.",
    discarded: "The job was discarded",
    scheduled: (when: string) => `Starts ${when}`,
    statuses: {
      todo: "Waiting",
      doing: "Running",
      failed: "Failed",
      aborted: "Stopped",
      cancelled: "Cancelled",
      succeeded: "Succeeded",
    } satisfies Record<JobOut["status"], string>,
    tasks: {
      "conversations.drain": "Answer waiting messages",
      "conversations.summarise": "Sum up a long conversation",
      "agents.gaps": "Report what agents lack",
      "agents.gaps_again": "Report again what agents lack",
      "kit.maintain": "Hourly upkeep",
    } as Record<string, string>,
  },
});

/** A task in plain words. */
export const taskName = (task: string): string => texts.tasks[task] ?? task;
