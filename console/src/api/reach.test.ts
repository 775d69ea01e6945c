import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { asProblem } from "./problem";
import { reach } from "./reach";

beforeEach(() => vi.useFakeTimers());
afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

test("no answer is told as such, and the server is asked until it answers", async () => {
  let up = false;
  const asked = vi.fn(async () => {
    if (!up) throw new TypeError("Failed to fetch");
    return new Response("{}");
  });
  vi.stubGlobal("fetch", asked);
  const watched = vi.fn();
  reach.watch(watched);

  const failure = await reach.fetch("/api").catch(asProblem);
  expect([failure, reach.reached]).toEqual([expect.objectContaining({ status: 0, code: "server_unreachable" }), false]);
  await vi.advanceTimersByTimeAsync(5000);
  expect(reach.reached).toBe(false);
  up = true;
  await vi.advanceTimersByTimeAsync(5000);

  expect(reach.reached).toBe(true);
  expect(watched).toHaveBeenCalledTimes(2);
  const calls = asked.mock.calls.length;
  await vi.advanceTimersByTimeAsync(60_000);
  expect(asked.mock.calls.length).toBe(calls);
});

test("a request that was given up on says nothing about the server", async () => {
  const abort = new DOMException("Given up.", "AbortError");
  vi.stubGlobal("fetch", () => Promise.reject(abort));

  await expect(reach.fetch("/api")).rejects.toBe(abort);
  expect(reach.reached).toBe(true);
});

test("a fault of the console itself is not taken for a missing server", () => {
  expect(asProblem(new TypeError("x is undefined"))).toMatchObject({ status: -1, code: "console_fault" });
});
