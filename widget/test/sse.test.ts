import { describe, expect, it } from "vitest";
import { EventParser, readEvents } from "../src/sse";

describe("events in pieces", () => {
  it("reads events however the bytes are cut", () => {
    const text = 'event: text.delta\r\ndata: {"text":"a"}\r\n\r\n: keep-alive\n\ndata: one\ndata: two\n\n';
    for (let size = 1; size < text.length; size += 1) {
      const parser = new EventParser();
      const found = [];
      for (let at = 0; at < text.length; at += size) found.push(...parser.push(text.slice(at, at + size)));
      expect(found).toEqual([
        { event: "text.delta", data: '{"text":"a"}' },
        { event: "message", data: "one\ntwo" },
      ]);
    }
  });

  it("keeps letters whole that are cut between bytes", async () => {
    const bytes = new TextEncoder().encode("data: नमस्ते\n\n");
    const body = new ReadableStream<Uint8Array>({
      start(controller) {
        for (const byte of bytes) controller.enqueue(Uint8Array.of(byte));
        controller.close();
      },
    });
    const found = [];
    for await (const event of readEvents(body, 1000)) found.push(event.data);
    expect(found).toEqual(["नमस्ते"]);
  });

  it("gives up on a line that fell silent", async () => {
    const body = new ReadableStream<Uint8Array>({});
    await expect(readEvents(body, 20).next()).rejects.toThrow("silent");
  });
});
