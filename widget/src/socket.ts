import { backoffMs, pause } from "./backoff";
import type { StreamEvent } from "./types";

/** Keeps one WebSocket open while wanted; comes back by itself after a loss. */
export class Socket {
  private wanted = false;
  private running = false;
  private socket: WebSocket | null = null;
  onEvent: (event: StreamEvent) => void = () => undefined;
  /** Called on each connection, for what was said while there was none. */
  onUp: () => void = () => undefined;
  onDown: () => void = () => undefined;

  constructor(private readonly address: () => Promise<string>) {}

  start(): void {
    this.wanted = true;
    if (!this.running) void this.run();
  }

  stop(): void {
    this.wanted = false;
    this.socket?.close();
  }

  /** Drops the present connection so that the next one belongs to another conversation. */
  restart(): void {
    this.socket?.close();
  }

  private async run(): Promise<void> {
    this.running = true;
    let failures = 0;
    while (this.wanted) {
      const lived = await this.connection();
      if (!this.wanted) break;
      this.onDown();
      failures = lived ? 0 : failures + 1;
      await pause(backoffMs(failures));
    }
    this.running = false;
  }

  /** One connection from opening to end; whether it ever stood. */
  private async connection(): Promise<boolean> {
    let address: string;
    try {
      address = await this.address();
    } catch {
      return false;
    }
    return new Promise((resolve) => {
      let stood = false;
      const socket = new WebSocket(address);
      this.socket = socket;
      socket.onopen = () => {
        stood = true;
        if (this.wanted) this.onUp();
        else socket.close();
      };
      socket.onmessage = (frame) => {
        if (typeof frame.data === "string") this.onEvent(JSON.parse(frame.data) as StreamEvent);
      };
      socket.onclose = () => {
        if (this.socket === socket) this.socket = null;
        resolve(stood);
      };
    });
  }
}
