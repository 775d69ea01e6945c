import { cleanup, render, screen } from "@testing-library/react";
import { afterEach, expect, test } from "vitest";
import { blocksOf, RichText } from "./rich-text";

afterEach(cleanup);

test("lists, code and paragraphs are told apart", () => {
  const text = "Two plans:\n- **Pro**\n- Team\n\n1. First\n2) Second\n```json\n{}\n```\nDone";

  expect(blocksOf(text)).toEqual([
    { kind: "text", text: "Two plans:" },
    { kind: "list", ordered: false, items: ["**Pro**", "Team"] },
    { kind: "list", ordered: true, items: ["First", "Second"] },
    { kind: "code", text: "{}" },
    { kind: "text", text: "Done" },
  ]);
});

test("markup and scripts of a message stay text", () => {
  render(<RichText text={'<img src=x onerror=alert(1)> [x](javascript:alert(1)) **<b>bold</b>**'} />);

  expect(document.querySelector("img, b, a")).toBeNull();
  expect(screen.getByText("<b>bold</b>").tagName).toBe("STRONG");
});

test("an address becomes a link that tells the other side nothing", () => {
  render(<RichText text="See https://example.com/a?b=c." />);

  expect(screen.getByRole("link")).toHaveAttribute("href", "https://example.com/a?b=c");
  expect(screen.getByRole("link")).toHaveAttribute("rel", expect.stringContaining("noopener"));
});

test("what was searched for is marked, whole words and the last by its beginning", () => {
  const { container } = render(<RichText text="The lamp refunds: lamplight, LAMP." mark="lamp refu" />);

  expect([...container.querySelectorAll("mark")].map((each) => each.textContent)).toEqual(["lamp", "refunds", "LAMP"]);
});

test("a fence that is never closed is code to the end", () => {
  expect(blocksOf("```\na\n- b")).toEqual([{ kind: "code", text: "a\n- b" }]);
});
