import { Problem } from "./problem";

/** Reads server-sent events (WHATWG HTML, 9.2) out of a response body. */
export interface SentEvent {
  event: string;
  data: unknown;
  /** Where the stream stands behind this event, to be sent back in Last-Event-ID. */
  id?: string;
}

export async function* readEvents(body: ReadableStream<Uint8Array>): AsyncGenerator<SentEvent> {
  const reader = body.getReader();
  const decoder = new TextDecoder();
  let rest = "";
  try {
    for (;;) {
      const { done, value } = await reader.read().catch(broken);
      rest += decoder.decode(value, { stream: !done });
      const blocks = rest.split(/\r?\n\r?\n/);
      rest = blocks.pop() ?? "";
      for (const block of blocks) {
        const event = parse(block);
        if (event) yield event;
      }
      if (done) return;
    }
  } finally {
    reader.releaseLock();
  }
}

/** A connection that broke off, as opposed to one that was given up on. */
function broken(error: unknown): never {
  if (!(error instanceof TypeError)) throw error;
  throw new Problem({ status: 0, code: "stream_broken", detail: error.message });
}

function parse(block: string): SentEvent | null {
  let event = "message";
  let id: string | undefined;
  const data: string[] = [];
  for (const line of block.split(/\r?\n/)) {
    if (line.startsWith("event:")) event = line.slice(6).trim();
    else if (line.startsWith("id:")) id = line.slice(3).trim();
    else if (line.startsWith("data:")) data.push(line.slice(5).replace(/^ /, ""));
  }
  if (!data.length) return null;
  const told: unknown = JSON.parse(data.join("\n"));
  return id === undefined ? { event, data: told } : { event, data: told, id };
}
