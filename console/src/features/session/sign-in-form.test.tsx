import { cleanup, render, screen } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { afterEach, expect, test, vi } from "vitest";
import { Problem } from "@/api/problem";
import { session } from "@/api/session";
import { SignInForm } from "./sign-in-form";

afterEach(() => {
  cleanup();
  vi.restoreAllMocks();
});

async function tryWith(refusal: Partial<Record<string, unknown>> & { status: number; code: string }) {
  const signIn = vi.spyOn(session, "signIn").mockRejectedValue(new Problem({ detail: "refused", ...refusal }));
  const onSignedIn = vi.fn();
  render(<SignInForm onSignedIn={onSignedIn} />);
  await userEvent.type(screen.getByLabelText("E-mail"), "ada@example.com");
  await userEvent.type(screen.getByLabelText("Password"), "wrong password");
  await userEvent.click(screen.getByRole("button", { name: "Sign in" }));
  expect(onSignedIn).not.toHaveBeenCalled();
  return signIn;
}

test("one can type at once", () => {
  render(<SignInForm onSignedIn={vi.fn()} />);
  expect(screen.getByLabelText("E-mail")).toHaveFocus();
});

test("a wrong password is said and what was typed is kept", async () => {
  await tryWith({ status: 401, code: "invalid_credentials" });
  expect(screen.getByRole("alert")).toHaveTextContent("E-mail or password is not right.");
  expect(screen.getByLabelText("E-mail")).toHaveValue("ada@example.com");
  expect(screen.getByLabelText("Password")).toHaveFocus();
});

test("who is locked out sees how long and cannot send meanwhile", async () => {
  const signIn = await tryWith({ status: 429, code: "account_locked", retry_after_seconds: 42 });
  expect(screen.getByRole("alert")).toHaveTextContent("Too many wrong passwords");
  expect(screen.getByRole("button", { name: /Wait 4[12] s/ })).toHaveAttribute("aria-disabled", "true");
  await userEvent.type(screen.getByLabelText("Password"), "{Enter}");
  expect(signIn).toHaveBeenCalledOnce();
});

test("a server that is down is not the person's fault", async () => {
  await tryWith({ status: 0, code: "server_unreachable" });
  expect(screen.getByRole("alert")).toHaveTextContent("The server cannot be reached");
});

test("a password can be looked at", async () => {
  render(<SignInForm onSignedIn={vi.fn()} />);
  expect(screen.getByLabelText("Password")).toHaveAttribute("type", "password");
  await userEvent.click(screen.getByRole("button", { name: "Show password" }));
  expect(screen.getByLabelText("Password")).toHaveAttribute("type", "text");
});
