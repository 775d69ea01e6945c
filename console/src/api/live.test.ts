import { QueryClient, QueryObserver } from "@tanstack/react-query";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { Freshening, keysOf, PAUSE_MS } from "./freshening";
import { HIDDEN_MS, live, type LiveEvent, pauseMs } from "./live";
import { localTurns } from "./local-turns";
import { session } from "./session";

const ONE = "01a1fd85-e79e-7442-afd7-586b55577830";
const OTHER = "01a1fd85-e79e-7442-afd7-586b55577831";
let queries: QueryClient;
let stops: (() => void)[];

beforeEach(() => {
  vi.useFakeTimers();
  queries = new QueryClient();
  stops = [];
  session.set("token");
});
afterEach(() => {
  for (const stop of stops) stop();
  vi.unstubAllGlobals();
  vi.useRealTimers();
});

/** A query on the page; returns how often it was read. */
function shown(queryKey: unknown[], data: unknown = {}): () => number {
  const read = vi.fn(async () => data);
  stops.push(new QueryObserver(queries, { queryKey, queryFn: read }).subscribe(() => undefined));
  return () => read.mock.calls.length;
}

const soon = () => vi.advanceTimersByTimeAsync(1);

test.each([
  ["conversation.turn.completed", ["conversations", "analytics", "contacts", "outbox"]],
  ["agent.published", ["agents", "analytics"]],
  ["notification.created", ["notifications"]],
  ["job.failed", ["jobs", "health"]],
  ["contact.merged", ["contacts"]],
])("%s makes its lists stale", (type, keys) => expect(keysOf(type)).toEqual(keys));

test("a burst of events reads a list at once and then once more", async () => {
  const reads = shown(["conversations", "list", {}]);
  await soon();
  const fresh = new Freshening(queries);
  for (let count = 0; count < 50; count++) fresh.touch("conversation.opened", ONE);
  await soon();
  expect(reads()).toBe(2);
  await vi.advanceTimersByTimeAsync(5 * PAUSE_MS);
  expect(reads()).toBe(3);
});

test("an event of one conversation leaves the others as they are", async () => {
  const [one, other] = [shown(["conversations", ONE, "detail"]), shown(["conversations", OTHER, "detail"])];
  await soon();
  new Freshening(queries).touch("conversation.closed", ONE);
  await soon();
  expect([one(), other()]).toEqual([2, 1]);
});

test("a conversation whose turn streams into this tab is not read again meanwhile", async () => {
  const [reads, list] = [shown(["conversations", ONE, "latest"]), shown(["conversations", "list", {}])];
  await soon();
  const fresh = new Freshening(queries);
  const end = localTurns.begin(ONE);
  fresh.touch("conversation.message.received", ONE);
  await soon();
  fresh.everything();
  await soon();
  expect([reads(), list()]).toEqual([1, 3]);
  end();
  fresh.touch("conversation.turn.completed", ONE);
  await vi.advanceTimersByTimeAsync(PAUSE_MS);
  expect(reads()).toBe(2);
});

test("a list that was scrolled deep is not read again page by page", async () => {
  const reads = shown(["conversations", "list", {}], { pages: [1, 2, 3, 4, 5] });
  await soon();
  new Freshening(queries).touch("conversation.opened", ONE);
  await soon();
  expect(reads()).toBe(1);
});

test("pauses grow up to half a minute and are spread", () => {
  expect([0, 1, 2, 20].map((failures) => pauseMs(failures, 1))).toEqual([500, 1000, 2000, 30_000]);
  expect(pauseMs(3, 0)).toBe(2000);
});

// ── the connection ────────────────────────────────────────────────────────────────────────────────────────────────
interface Call {
  request: Request;
  say: (text: string) => void;
  end: () => void;
}

function serve(answer: (call: number) => number = () => 200): Call[] {
  const calls: Call[] = [];
  vi.stubGlobal("fetch", async (request: Request) => {
    let controller: ReadableStreamDefaultController<Uint8Array>;
    const body = new ReadableStream<Uint8Array>({ start: (given) => void (controller = given) });
    request.signal.addEventListener("abort", () => controller.error(new DOMException("", "AbortError")));
    calls.push({
      request,
      say: (text) => controller.enqueue(new TextEncoder().encode(text)),
      end: () => controller.close(),
    });
    const status = answer(calls.length);
    if (status === 0) throw new TypeError("unreachable");
    return status === 200 ? new Response(body) : new Response("{}", { status });
  });
  return calls;
}

const opened = (id: string) => `id: ${id}\nevent: stream.opened\ndata: {}\n\n`;
const event = (id: string, type: string) =>
  `id: ${id}\nevent: ${type}\ndata: {"subject":"s","data":{"severity":"grave"}}\n\n`;

test("it goes on where it stood when the connection ends", async () => {
  const heard: LiveEvent[] = [];
  stops.push(live.listen((each) => heard.push(each)));
  const calls = serve();
  stops.push(live.start(queries));
  await soon();
  calls[0]?.say(opened("5") + event("6.1", "notification.created"));
  await soon();
  expect([live.state, heard]).toEqual([
    "on",
    [{ type: "notification.created", subject: "s", data: { severity: "grave" } }],
  ]);
  calls[0]?.end();
  await vi.advanceTimersByTimeAsync(1000);

  expect(calls.map(({ request }) => request.headers.get("Last-Event-ID"))).toEqual([null, "6.1"]);
});

test("one failure is not told, the second is, and an answer ends it", async () => {
  const calls = serve((call) => (call < 3 ? 0 : 200));
  stops.push(live.start(queries));
  await soon();
  expect(live.state).not.toBe("down");
  await vi.advanceTimersByTimeAsync(1100);
  expect(live.state).toBe("down");
  await vi.advanceTimersByTimeAsync(3000);
  calls[2]?.say(opened("1"));
  await soon();
  expect(live.state).toBe("on");
});

test("a connection that fell silent is made anew", async () => {
  const calls = serve();
  stops.push(live.start(queries));
  await soon();
  calls[0]?.say(opened("1"));
  await vi.advanceTimersByTimeAsync(30_000);
  calls[0]?.say(": keep-alive\n\n");
  await vi.advanceTimersByTimeAsync(30_000);
  expect(calls).toHaveLength(1);
  await vi.advanceTimersByTimeAsync(10_000);
  expect(calls).toHaveLength(2);
});

test("events that were lost make the page read everything again", async () => {
  const reads = shown(["tools"]);
  const calls = serve();
  stops.push(live.start(queries));
  await soon();
  calls[0]?.say("id: 9\nevent: stream.lagged\ndata: {}\n\n");
  await soon();
  expect(reads()).toBe(2);
});

test("whoever may not listen is left in peace", async () => {
  const calls = serve(() => 403);
  stops.push(live.start(queries));
  await vi.advanceTimersByTimeAsync(120_000);
  expect([live.state, calls.length]).toEqual(["off", 1]);
});

test("a tab that is hidden for long pauses, and comes back where it stood", async () => {
  const calls = serve();
  stops.push(live.start(queries));
  await soon();
  calls[0]?.say(opened("7"));
  const hidden = vi.spyOn(document, "hidden", "get").mockReturnValue(true);
  document.dispatchEvent(new Event("visibilitychange"));
  await soon();
  for (let time = 0; time < HIDDEN_MS; time += 10_000) {
    calls.at(-1)?.say(": keep-alive\n\n");
    await vi.advanceTimersByTimeAsync(10_000);
  }
  await vi.advanceTimersByTimeAsync(10 * 60_000);
  expect(calls).toHaveLength(1);

  hidden.mockReturnValue(false);
  document.dispatchEvent(new Event("visibilitychange"));
  await soon();
  expect(calls[1]?.request.headers.get("Last-Event-ID")).toBe("7");
});
