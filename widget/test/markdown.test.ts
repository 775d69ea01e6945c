// @vitest-environment happy-dom
import { describe, expect, it } from "vitest";
import { renderMarkdown } from "../src/markdown";

function html(text: string): string {
  const box = document.createElement("div");
  box.append(renderMarkdown(text));
  return box.innerHTML;
}

describe("what answers use", () => {
  it("makes paragraphs with line breaks", () => {
    expect(html("one\ntwo\n\nthree")).toBe("<p>one<br>two</p><p>three</p>");
  });
  it("makes bold, italics, code and struck text, nested", () => {
    expect(html("**a *b* c** `x*y*` ~~no~~ __d__ _e_")).toBe(
      "<p><strong>a <em>b</em> c</strong> <code>x*y*</code> <s>no</s> <strong>d</strong> <em>e</em></p>",
    );
  });
  it("leaves snake_case, arithmetic and prices alone", () => {
    expect(html("search_the_web 2 * 3 * 4 $5 * 2")).toBe("<p>search_the_web 2 * 3 * 4 $5 * 2</p>");
  });
  it("makes nested lists and keeps the first number", () => {
    expect(html("- a\n  - b\n- c")).toBe("<ul><li>a<ul><li>b</li></ul></li><li>c</li></ul>");
    expect(html("3. x\n4. y")).toBe('<ol start="3"><li>x</li><li>y</li></ol>');
  });
  it("keeps a list together over blank lines", () => {
    expect(html("1. a\n\n2. b")).toBe('<ol start="1"><li>a</li><li>b</li></ol>');
  });
  it("makes fenced code, also while its end has not come yet", () => {
    expect(html("```js\na < b\n```")).toBe("<pre><code>a &lt; b</code></pre>");
    expect(html("```\nhalf")).toBe("<pre><code>half</code></pre>");
  });
  it("makes quotes, rules, headings and tables", () => {
    expect(html("> a\n> b")).toBe("<blockquote><p>a<br>b</p></blockquote>");
    expect(html("---")).toBe("<hr>");
    expect(html("## Title")).toBe('<p class="heading">Title</p>');
    expect(html("|a|b|\n|--|--|\n|1|2|")).toContain("<tbody><tr><td>1</td><td>2</td></tr></tbody>");
  });
  it("links addresses without the stop that follows, and mail and phone", () => {
    expect(html("See https://a.example/x?y=1.")).toContain('href="https://a.example/x?y=1"');
    expect(html("[mail](mailto:a@b.example) [call](tel:+4420)")).toMatch(/mailto:a@b\.example.*tel:\+4420/);
  });
});

describe("what may never become markup", () => {
  const attacks = [
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "[x](javascript:alert(1))",
    "[x](JaVaScRiPt:alert(1))",
    "[x](data:text/html;base64,PHNjcmlwdD4=)",
    "[x](vbscript:x)",
    "[x](//evil.example)",
    "**<svg/onload=alert(1)>**",
    "`<b>`",
    "> <iframe src=x>",
    "- <style>*{}</style>",
    "| <b>a</b> | b |\n|---|---|\n| <i>c</i> | d |",
    '[a"onmouseover="alert(1)](https://a.example/"onmouseover="alert(1))',
    "```\n</code><script>alert(1)</script>\n```",
  ];
  const harmless = new Set("P BR STRONG EM S CODE PRE UL OL LI BLOCKQUOTE HR A TABLE THEAD TBODY TR TH TD DIV".split(" "));

  it.each(attacks)("%s", (attack) => {
    const box = document.createElement("div");
    box.append(renderMarkdown(attack));
    for (const element of box.querySelectorAll("*")) {
      expect(harmless).toContain(element.tagName);
      for (const { name } of element.attributes) expect(["href", "rel", "target", "class", "start"]).toContain(name);
      if (element.tagName === "A") expect(element.getAttribute("href")).toMatch(/^(https?:|mailto:|tel:)/);
    }
  });

  it("stays quick and shallow on hostile nesting", () => {
    const started = Date.now();
    renderMarkdown(">".repeat(5000) + "*".repeat(5000) + "[".repeat(5000) + "`".repeat(5000));
    renderMarkdown(Array.from({ length: 400 }, (_, depth) => `${" ".repeat(depth * 2)}- x`).join("\n"));
    expect(Date.now() - started).toBeLessThan(2000);
  });
});
