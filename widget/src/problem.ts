import type { Problem } from "./types";

/** A request that did not succeed; `status` 0 means that no answer came at all. */
export class RequestProblem extends Error {
  constructor(
    readonly status: number,
    readonly code: string,
    detail: string,
    readonly retryAfterSeconds: number | null = null,
  ) {
    super(detail);
  }

  /** Whether the very same request may succeed later. */
  get passing(): boolean {
    return this.status === 0 || this.status === 408 || this.status === 429 || this.status >= 500;
  }
}

export async function problemOf(response: Response): Promise<RequestProblem> {
  let body: Problem = {};
  try {
    body = (await response.json()) as Problem;
  } catch {
    // A proxy's error page is not JSON; the status says enough.
  }
  const after = Number(response.headers.get("retry-after"));
  return new RequestProblem(
    response.status,
    body.code ?? `http_${response.status}`,
    [body.detail ?? body.title ?? "", body.hint ?? ""].filter(Boolean).join(" "),
    Number.isFinite(after) && after > 0 ? after : null,
  );
}
