import { expect, test } from "vitest";
import { readEvents, type SentEvent } from "./sse";

function streamOf(...chunks: (string | Uint8Array)[]): ReadableStream<Uint8Array> {
  return new ReadableStream({
    start(controller) {
      for (const chunk of chunks) {
        controller.enqueue(typeof chunk === "string" ? new TextEncoder().encode(chunk) : chunk);
      }
      controller.close();
    },
  });
}

async function all(stream: ReadableStream<Uint8Array>): Promise<SentEvent[]> {
  const events: SentEvent[] = [];
  for await (const event of readEvents(stream)) events.push(event);
  return events;
}

test("events are read wherever the network cuts them", async () => {
  const events = await all(streamOf("event: text.del", 'ta\ndata: {"text"', ':"a"}\n', "\n: keep-alive\n\n"));

  expect(events).toEqual([{ event: "text.delta", data: { text: "a" } }]);
});

test("a letter that is cut in two bytes stays whole", async () => {
  const bytes = new TextEncoder().encode('data: {"text":"é"}\n\n');
  const middle = bytes.indexOf(0xc3) + 1;

  expect(await all(streamOf(bytes.slice(0, middle), bytes.slice(middle)))).toEqual([
    { event: "message", data: { text: "é" } },
  ]);
});
