/** One conversation of the playground: what was said, what is being said, and the trace of each turn. */
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useCallback, useEffect, useReducer, useRef } from "react";
import { conversationKeys, conversationQueries, conversations } from "@/api/conversations";
import { asProblem, Problem } from "@/api/problem";
import type { MessageOut } from "@/api/schema";
import { begin, type Talk, take } from "./talk";

type Action =
  | { do: "begin"; text: string; key: string }
  | { do: "event"; event: string; data: unknown }
  | { do: "fail"; problem: Problem }
  | { do: "clear" };

const SILENT: Talk = { pending: null, messages: [] };

function reduce(talk: Talk, action: Action): Talk {
  switch (action.do) {
    case "begin":
      return begin(talk, action.text, action.key);
    case "event":
      return take(talk, action.event, action.data);
    case "fail":
      return talk.pending ? { ...talk, pending: { ...talk.pending, problem: action.problem } } : talk;
    case "clear":
      return SILENT;
  }
}

export function useTalk(agent: string | undefined, conversationId: string | undefined, onOpened: (id: string) => void) {
  const queries = useQueryClient();
  const [talk, dispatch] = useReducer(reduce, SILENT);
  const stop = useRef<AbortController | null>(null);
  const opened = useRef<string | undefined>(conversationId);

  const stored = useQuery({ ...conversationQueries.latest(conversationId ?? ""), enabled: Boolean(conversationId) });
  const trace = useQuery({ ...conversationQueries.trace(conversationId ?? ""), enabled: Boolean(conversationId) });

  useEffect(() => {
    if (opened.current === conversationId) return;
    opened.current = conversationId;
    stop.current?.abort();
    dispatch({ do: "clear" });
  }, [conversationId]);
  useEffect(() => () => stop.current?.abort(), []);

  const say = useCallback(
    async (text: string, key: string = newKey()) => {
      if (!agent) return;
      dispatch({ do: "begin", text, key });
      stop.current = new AbortController();
      try {
        let id = opened.current;
        if (!id) {
          id = (await conversations.create(agent)).id;
          opened.current = id;
          onOpened(id);
        }
        let ended = false;
        for await (const { event, data } of conversations.say(id, text, key, stop.current.signal)) {
          dispatch({ do: "event", event, data });
          ended ||= event === "turn.completed" || event === "turn.failed" || event === "turn.cancelled";
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
    [agent, onOpened, queries],
  );

  const known = new Set(talk.messages.map((each) => each.id));
  const earlier: MessageOut[] = (stored.data?.items ?? []).filter((each) => !known.has(each.id));
  const messages = [...earlier, ...talk.messages].sort((one, other) => one.seq - other.seq);
  return { messages, pending: talk.pending, trace, stored, say };
}

/** `randomUUID` is missing on pages that came over plain HTTP. */
function newKey(): string {
  return Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, "0")).join("");
}
