import { expect, test } from "vitest";
import { explain } from "@/components/patterns/explain";
import { asProblem, Problem, problemOf } from "./problem";

test("a problem document keeps its code, hint and every fault", async () => {
  const told = { code: "agent_invalid", detail: "2 faults.", hint: "Mend them.", errors: [{ message: "a" }, { message: "b" }] };

  const problem = await problemOf(new Response(JSON.stringify(told), { status: 422 }));

  expect([problem.status, problem.code, problem.hint, problem.faults.length]).toEqual([422, "agent_invalid", "Mend them.", 2]);
});

test("a proxy's page is a problem too", async () => {
  const problem = await problemOf(new Response("<html>", { status: 502 }));

  expect(explain(problem).title).toBe("Something went wrong on the server");
});

test("no answer at all says that the server cannot be reached", () => {
  const silence = new Problem({ status: 0, code: "server_unreachable", detail: "Failed to fetch" });

  expect(explain(asProblem(silence)).title).toBe("The server cannot be reached");
});

test("too many requests says to wait", async () => {
  const problem = await problemOf(new Response(JSON.stringify({ code: "rate", detail: "Slow down." }), { status: 429 }));

  expect(explain(problem)).toEqual({ title: "Too many requests", detail: "Wait a moment, then try again." });
});
