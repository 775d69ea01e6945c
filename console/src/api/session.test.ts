import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { fetchSigned } from "./client";
import { Problem } from "./problem";
import { session } from "./session";

const calls: { path: string; token: string | null }[] = [];
type Answer = (path: string, token: string | null) => Response | Promise<Response>;

function serve(answer: Answer): void {
  vi.stubGlobal("fetch", async (input: Request | string) => {
    const path = typeof input === "string" ? input : new URL(input.url).pathname;
    const token = input instanceof Request ? input.headers.get("Authorization") : null;
    calls.push({ path, token });
    return answer(path, token);
  });
}

const json = (status: number, body: unknown) => new Response(JSON.stringify(body), { status });
const asked = () => new Request("http://localhost/api/v1/agents", { method: "POST", body: "text: kept" });

beforeEach(() => {
  calls.length = 0;
  session.set("old");
});
afterEach(() => vi.unstubAllGlobals());

test("an expired token is renewed once and the request sent again with its body", async () => {
  serve(async (path, token) => {
    if (path.endsWith("/refresh")) return json(200, { access_token: "new" });
    return token === "Bearer new" ? json(200, { ok: true }) : json(401, { code: "token_expired" });
  });

  const answer = await fetchSigned(asked());

  expect(answer.status).toBe(200);
  expect(calls.map((each) => each.path)).toEqual(["/api/v1/agents", "/api/v1/auth/refresh", "/api/v1/agents"]);
});

test("requests that expire together share one renewal", async () => {
  serve(async (path, token) => {
    if (path.endsWith("/refresh")) {
      await new Promise((resolve) => setTimeout(resolve, 10));
      return json(200, { access_token: "new" });
    }
    return token === "Bearer new" ? json(200, {}) : json(401, {});
  });

  await Promise.all([fetchSigned(asked()), fetchSigned(asked()), fetchSigned(asked())]);

  expect(calls.filter((each) => each.path.endsWith("/refresh"))).toHaveLength(1);
});

test("a session that has ended is told to whoever watches, and the first answer is given", async () => {
  serve(async () => json(401, { code: "session_ended" }));
  const watcher = vi.fn();
  const stop = session.watch(watcher);

  const answer = await fetchSigned(asked());
  stop();

  expect(answer.status).toBe(401);
  expect(session.state).toBe("out");
  expect(watcher).toHaveBeenCalled();
});

test("a server that is down does not sign anybody out", async () => {
  serve(async (path) => (path.endsWith("/refresh") ? json(503, { code: "down", detail: "Down." }) : json(401, {})));

  await expect(fetchSigned(asked())).rejects.toBeInstanceOf(Problem);
  expect(session.state).toBe("in");
});

test("signing in keeps the refresh token out of reach of scripts", async () => {
  const bodies: unknown[] = [];
  vi.stubGlobal("fetch", async (_: string, init: RequestInit) => {
    bodies.push(JSON.parse(String(init.body)));
    return json(200, { access_token: "fresh" });
  });

  await session.signIn({ email: "owner@example.com", password: "secret words" });

  expect(bodies).toEqual([{ email: "owner@example.com", password: "secret words", keep_in: "cookie" }]);
  expect(session.token).toBe("fresh");
});
