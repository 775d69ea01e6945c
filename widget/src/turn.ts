import type { StreamEvent, ToolStatus } from "./types";

export interface ToolCall {
  callId: string;
  name: string;
  status: ToolStatus;
}

/** The answer that is being made just now: what is lost with a reload and replaced by the finished message. */
export interface Turn {
  messageId: string | null;
  text: string;
  tools: ToolCall[];
  /** False when this page came in the middle: its text has no beginning and is not shown. */
  whole: boolean;
}

export function newTurn(messageId: string | null, whole: boolean): Turn {
  return { messageId, text: "", tools: [], whole };
}

/** Applies an event to a turn; events of no concern to it change nothing. */
export function advance(turn: Turn, event: StreamEvent): void {
  switch (event.type) {
    case "text.delta":
      turn.text += event.text;
      break;
    case "turn.restarted":
      turn.text = "";
      turn.whole = true;
      turn.tools = turn.tools.filter((tool) => tool.status !== "running");
      break;
    case "tool.started":
      if (!turn.tools.some((tool) => tool.callId === event.call_id)) {
        turn.tools.push({ callId: event.call_id, name: event.name, status: "running" });
      }
      break;
    case "tool.finished": {
      const call = turn.tools.find((tool) => tool.callId === event.call_id);
      if (call) call.status = event.status;
      else turn.tools.push({ callId: event.call_id, name: event.name, status: event.status });
      break;
    }
    case "message.completed":
      if (event.message.role === "assistant") {
        turn.text = "";
        turn.whole = true;
      }
      break;
    default:
      break;
  }
}
