import { QueryClientProvider, useQuery } from "@tanstack/react-query";
import { cleanup, render, screen } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { afterEach, expect, test, vi } from "vitest";
import { Problem } from "@/api/problem";
import { makeQueries } from "@/api/queries";
import { Button } from "@/components/ui/button";
import { Failed, FormFault, Loading } from "./states";

afterEach(cleanup);

const problem = (status: number, more = {}) => new Problem({ status, code: "x", detail: "Told by the server.", ...more });

test("a busy server is not asked again before the time it named", async () => {
  const onRetry = vi.fn();
  render(<Failed error={problem(429, { retry_after_seconds: 90 })} onRetry={onRetry} />);
  await userEvent.click(screen.getByRole("button", { name: "Try again in 90 s" }));

  expect(onRetry).not.toHaveBeenCalled();
});

test.each([
  [403, "You may not do this"],
  [409, "This is not possible just now"],
  [422, "Something here is not right yet"],
])("a refusal with %i is told in plain words, with the server's own", (status, title) => {
  render(<FormFault error={problem(status, { hint: "Do this next." })} />);

  expect(screen.getByRole("alert")).toHaveTextContent(`${title}Told by the server. Do this next.`);
});

test("a fault of the server keeps its inner words to itself and gives the number to quote", () => {
  render(<FormFault error={problem(500, { request_id: "req-1" })} />);

  expect(screen.getByRole("alert")).not.toHaveTextContent("Told by the server.");
  expect(screen.getByRole("alert")).toHaveTextContent("Request req-1");
});

test("grey rows say why they still stand there as soon as a first try failed", async () => {
  const queries = makeQueries();
  const queryFn = () => Promise.reject(problem(503));
  function Page() {
    useQuery({ queryKey: ["agents"], queryFn });
    return <Loading />;
  }
  render(
    <QueryClientProvider client={queries}>
      <Page />
    </QueryClientProvider>,
  );

  expect(await screen.findByText("Something went wrong on the server. Trying again …")).toBeVisible();
  queries.clear();
});

test("a busy button keeps the focus and does nothing, not even in a form", async () => {
  const onSubmit = vi.fn((event: React.FormEvent) => event.preventDefault());
  const onClick = vi.fn();
  render(
    <form onSubmit={onSubmit}>
      <Button type="submit" busy onClick={onClick}>
        Save
      </Button>
    </form>,
  );
  const button = screen.getByRole("button", { name: "Save" });
  button.focus();
  await userEvent.click(button);

  expect([onSubmit.mock.calls.length, onClick.mock.calls.length]).toEqual([0, 0]);
  expect(button).toHaveFocus();
});
