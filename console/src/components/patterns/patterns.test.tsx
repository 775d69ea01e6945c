import { act, cleanup, fireEvent, render, screen, waitFor } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { afterEach, expect, test, vi } from "vitest";
import { Problem } from "@/api/problem";
import { Confirm } from "./confirm";
import { DataTable, type Column } from "./data-table";
import { Field } from "./field";
import { SearchBox } from "./filters";
import { Failed } from "./states";
import { toast, Toasts } from "./toasts";

afterEach(cleanup);

interface Row {
  name: string;
}
const columns: Column<Row>[] = [{ id: "name", header: "Name", sortable: true, cell: ({ row }) => row.original.name }];

test("a column that is sorted is turned by the next click", async () => {
  const onSort = vi.fn();
  const rows = [{ name: "Nora" }];
  const table = (sort?: string) => (
    <DataTable label="Agents" columns={columns} rows={rows} total={1} sort={sort} onSort={onSort} card={(row) => row.name} />
  );
  const { rerender } = render(table());
  await userEvent.click(screen.getByRole("button", { name: "Sort by Name" }));
  rerender(table("name"));
  await userEvent.click(screen.getByRole("button", { name: "Sort by Name" }));

  expect(onSort.mock.calls).toEqual([["name"], ["-name"]]);
  expect(screen.getByRole("columnheader")).toHaveAttribute("aria-sort", "ascending");
});

test("a total that is not counted is not pretended", () => {
  render(<DataTable label="Agents" columns={columns} rows={[{ name: "Nora" }]} total={null} card={(row) => row.name} />);

  expect(screen.getByText("1 of 10,000+")).toBeVisible();
});

test("of a very long list only what is in sight is in the page, and all of it is counted", () => {
  const rows = Array.from({ length: 5000 }, (_, row) => ({ name: `Row ${row}` }));
  render(<DataTable label="Agents" columns={columns} rows={rows} total={5000} card={(row) => row.name} />);

  expect(screen.getAllByRole("row").length).toBeLessThan(100);
  expect(screen.getByRole("table")).toHaveAttribute("aria-rowcount", "5001");
});

test("a failure says what to do, quotes the request and can be tried again", async () => {
  const onRetry = vi.fn();
  const error = new Problem({ status: 500, code: "x", detail: "secret detail", request_id: "req-1" });
  render(<Failed error={error} onRetry={onRetry} />);
  await userEvent.click(screen.getByRole("button", { name: "Try again" }));

  expect(screen.getByRole("alert")).toHaveTextContent("Request req-1");
  expect(onRetry).toHaveBeenCalledOnce();
});

test("a field's fault is read out with it", () => {
  render(
    <Field label="E-mail" fault="Enter it.">
      {(wiring) => <input {...wiring} />}
    </Field>,
  );

  expect(screen.getByLabelText("E-mail")).toHaveAccessibleDescription("Enter it.");
  expect(screen.getByLabelText("E-mail")).toBeInvalid();
});

test("a search waits for a pause in typing", async () => {
  const onSearch = vi.fn();
  render(<SearchBox label="Search" value="" onSearch={onSearch} />);
  await userEvent.type(screen.getByRole("searchbox"), "nora");

  await waitFor(() => expect(onSearch.mock.calls).toEqual([["nora"]]));
});

test("a search leads nobody back who has left meanwhile", async () => {
  vi.useFakeTimers();
  const onSearch = vi.fn();
  render(<SearchBox label="Search" value="" onSearch={onSearch} />);
  fireEvent.change(screen.getByRole("searchbox"), { target: { value: "nora" } });
  history.pushState(null, "", "/agents/nora");
  vi.runAllTimers();

  expect(onSearch).not.toHaveBeenCalled();
  history.back();
  vi.useRealTimers();
});

test("what was typed on stays when an earlier search comes back", () => {
  vi.useFakeTimers();
  const shown = (value: string) => <SearchBox label="Search" value={value} onSearch={() => undefined} />;
  const { rerender } = render(shown(""));
  for (const typed of ["no", "nora"]) {
    fireEvent.change(screen.getByRole("searchbox"), { target: { value: typed } });
    act(() => vi.runAllTimers());
  }
  rerender(shown("no"));
  expect(screen.getByRole("searchbox")).toHaveValue("nora");

  rerender(shown("nora"));
  rerender(shown(""));
  expect(screen.getByRole("searchbox")).toHaveValue("");
  vi.useRealTimers();
});

test("nothing is done until it is confirmed", async () => {
  const onConfirm = vi.fn();
  const onClose = vi.fn();
  render(<Confirm open title="Revoke?" about="For good." action="Revoke" onConfirm={onConfirm} onClose={onClose} />);
  await userEvent.click(screen.getByRole("button", { name: "Cancel" }));
  expect(onConfirm).not.toHaveBeenCalled();
  await userEvent.click(screen.getByRole("button", { name: "Revoke" }));

  expect([onClose, onConfirm].map((each) => each.mock.calls.length)).toEqual([1, 1]);
});

test("a toast can be put away", async () => {
  render(<Toasts />);
  toast.done("Saved");
  await userEvent.click(await screen.findByRole("button", { name: "Close" }));

  expect(screen.queryByText("Saved")).toBeNull();
});
