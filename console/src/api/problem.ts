/** What the server says when it refuses (RFC 9457), as an error to throw and to show. */
export interface Fault {
  level?: string;
  code?: string;
  field?: string;
  line?: number;
  column?: number;
  path?: string;
  message: string;
  cure?: string;
}

export class Problem extends Error {
  readonly status: number;
  readonly code: string;
  readonly hint: string | null;
  readonly field: string | null;
  readonly requestId: string | null;
  readonly faults: Fault[];
  /** How long to wait before the next try, where the server says so (RFC 9110, 10.2.3). */
  readonly retryAfterSeconds: number | null;

  constructor(told: Partial<Record<string, unknown>> & { status: number; code: string; detail: string }) {
    super(told.detail);
    this.name = "Problem";
    this.status = told.status;
    this.code = told.code;
    this.hint = (told.hint as string | undefined) ?? null;
    this.field = (told.field as string | undefined) ?? null;
    this.requestId = (told.request_id as string | undefined) ?? null;
    this.faults = (told.errors as Fault[] | undefined) ?? [];
    this.retryAfterSeconds = (told.retry_after_seconds as number | undefined) ?? null;
  }
}

/** Reads a refused answer; one that is no problem document (a proxy's page) becomes one. */
export async function problemOf(response: Response): Promise<Problem> {
  const told: unknown = await response.json().catch(() => null);
  const heard = { retry_after_seconds: secondsOf(response.headers.get("Retry-After")) };
  const request_id = response.headers.get("X-Request-Id") ?? undefined;
  if (told && typeof told === "object" && "code" in told) {
    const known = told as Record<string, unknown>;
    const detail = String(known.detail ?? known.title ?? response.statusText);
    return new Problem({ request_id, ...known, ...heard, status: response.status, code: String(known.code), detail });
  }
  return new Problem({ request_id, ...heard, status: response.status, code: "http_error", detail: `HTTP ${response.status}` });
}

/** Retry-After is seconds or a date (RFC 9110, 10.2.3). */
function secondsOf(header: string | null): number | undefined {
  if (!header) return undefined;
  const seconds = Number(header);
  const wait = Number.isFinite(seconds) ? seconds : (Date.parse(header) - Date.now()) / 1000;
  return Number.isFinite(wait) ? Math.max(0, Math.ceil(wait)) : undefined;
}

/** Any thrown thing as a problem; what is none is a fault of the console itself. */
export function asProblem(error: unknown): Problem {
  if (error instanceof Problem) return error;
  return new Problem({ status: -1, code: "console_fault", detail: error instanceof Error ? error.message : String(error) });
}
