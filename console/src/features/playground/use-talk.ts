/** One conversation of the playground: what was said, what is being said, and the trace of each turn. */
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useCallback, useEffect, useReducer, useRef } from "react";
import { conversationKeys, conversationQueries, conversations, type Pins } from "@/api/conversations";
import { asProblem, Problem } from "@/api/problem";
import type { FileOut, MessageOut } from "@/api/schema";
import { toast } from "@/components/patterns/toasts";
import { begin, type Begun, forget, type Pending, SILENT, type Talk, take } from "./talk";

type Action =
  | { do: "begin"; begun: Begun; again?: Pending }
  | { do: "forget"; thrown: Pending }
  | { do: "opened" }
  | { do: "files"; files: FileOut[] }
  | { do: "event"; event: string; data: unknown }
  | { do: "fail"; problem: Problem }
  | { do: "stopping"; on: boolean }
  | { do: "clear" };

function reduce(talk: Talk, action: Action): Talk {
  const change = (pending: Partial<NonNullable<Talk["pending"]>>): Talk =>
    talk.pending ? { ...talk, pending: { ...talk.pending, ...pending } } : talk;
  switch (action.do) {
    case "begin":
      return begin(talk, action.begun, action.again);
    case "forget":
      return forget(talk, action.thrown);
    case "opened":
      return change({ insteadOf: null });
    case "files":
      return change({ files: action.files });
    case "event":
      return take(talk, action.event, action.data);
    case "fail":
      return change({ problem: action.problem });
    case "stopping":
      return change({ stopping: action.on });
    case "clear":
      return SILENT;
  }
}

export interface Said {
  text: string;
  files?: File[];
  /** What this is a second try of. */
  again?: Pending;
  /** Begins the conversation anew from before this message. */
  insteadOf?: MessageOut;
}

interface Options {
  agent: string | undefined;
  pins: Pins;
  conversationId: string | undefined;
  onOpened: (id: string) => void;
}

const ENDS: ReadonlySet<string> = new Set(["turn.completed", "turn.failed", "turn.cancelled"]);

export function useTalk({ agent, pins, conversationId, onOpened }: Options) {
  const queries = useQueryClient();
  const [talk, dispatch] = useReducer(reduce, SILENT);
  const watching = useRef<AbortController | null>(null);
  const opened = useRef<string | undefined>(conversationId);
  const stored = useQuery({ ...conversationQueries.latest(conversationId ?? ""), enabled: Boolean(conversationId) });
  const trace = useQuery({ ...conversationQueries.trace(conversationId ?? ""), enabled: Boolean(conversationId) });

  useEffect(() => {
    if (opened.current === conversationId) return;
    opened.current = conversationId;
    watching.current?.abort();
    dispatch({ do: "clear" });
  }, [conversationId]);
  useEffect(() => () => watching.current?.abort(), []);

  const say = useCallback(
    async ({ text, files = [], again, insteadOf }: Said) => {
      if (!agent) return;
      // Nobody knows whether what broke off has arrived: under the same key it is said once all the same.
      const key = again?.problem?.status === 0 ? again.key : newKey();
      const uploaded = again?.files ?? [];
      dispatch({ do: "begin", begun: { said: text, key, chosen: files, files: uploaded, insteadOf }, again });
      const { signal } = (watching.current = new AbortController());
      try {
        const before = insteadOf ? undefined : opened.current;
        const id = before ?? (await open(agent, pins, insteadOf)).id;
        if (!before) {
          opened.current = id;
          dispatch({ do: "opened" });
          onOpened(id);
        }
        const sent = uploaded.length ? uploaded : await Promise.all(files.map((file) => conversations.upload(id, file)));
        if (sent.length) dispatch({ do: "files", files: sent });
        let ended = false;
        const said = { content: text, attachments: sent.map((file) => file.id) };
        for await (const { event, data } of conversations.say(id, said, key, signal)) {
          dispatch({ do: "event", event, data });
          ended ||= ENDS.has(event);
        }
        if (!ended) throw new Problem({ status: 0, code: "stream_broken", detail: "The stream ended early." });
        // A first look that is still under way would count as the new one and show the turn half done.
        await queries.cancelQueries({ queryKey: conversationKeys.one(id) });
        await queries.invalidateQueries({ queryKey: conversationKeys.one(id) });
        await queries.invalidateQueries({ queryKey: [...conversationKeys.all, "list"] });
      } catch (error) {
        if (!(error instanceof DOMException && error.name === "AbortError")) {
          dispatch({ do: "fail", problem: asProblem(error) });
        }
      }
    },
    [agent, pins, onOpened, queries],
  );

  const stop = useCallback(async () => {
    if (!opened.current) return;
    dispatch({ do: "stopping", on: true });
    try {
      await conversations.cancel(opened.current);
    } catch (error) {
      dispatch({ do: "stopping", on: false });
      toast.failed(error);
    }
  }, []);

  const sayAgain = useCallback(
    (failed: Pending) => say({ text: failed.said, files: failed.chosen, again: failed, insteadOf: failed.insteadOf ?? undefined }),
    [say],
  );
  const throwAway = useCallback((thrown: Pending) => dispatch({ do: "forget", thrown }), []);

  const { pending, unsent, live } = talk;
  const known = new Set([...talk.messages.map((each) => each.id), pending?.message_id]);
  const earlier: MessageOut[] = (stored.data?.items ?? []).filter((each) => !known.has(each.id));
  // What is stored has more to tell (its run, its state) than what was made of the stream.
  const told = talk.messages.map((each) => stored.data?.items.find((other) => other.id === each.id) ?? each);
  const messages = [...earlier, ...told].sort((one, other) => one.seq - other.seq);
  const runs = trace.data?.items ?? [];
  const written = runs.find((run) => run.id === live?.id);
  const shown = live && (!written || written.state === "running") ? live : null;
  const ended = runs.filter((run) => run.id !== shown?.id);
  return { messages, pending, unsent, live: shown, runs: ended, trace, stored, say, sayAgain, throwAway, stop };
}

function open(agent: string, pins: Pins, insteadOf: MessageOut | undefined) {
  if (insteadOf) return conversations.fork(insteadOf.conversation_id, insteadOf.id, pins);
  return conversations.create(agent, pins);
}

/** `randomUUID` is missing on pages that came over plain HTTP. */
function newKey(): string {
  return Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, "0")).join("");
}
