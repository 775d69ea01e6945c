import type { Words } from "../i18n";
import { renderMarkdown } from "../markdown";
import type { Config } from "../types";
import { h, icon, iconButton } from "./dom";

/** The round button in the corner, its badge, and the greeting that comes by itself. */
export class Launcher {
  readonly button: HTMLButtonElement;
  readonly teaser: HTMLElement;
  private readonly badge = h("span", { class: "badge", hidden: true });

  constructor(
    agent: Config["agent"],
    private readonly words: Words,
    toggle: () => void,
    private readonly dismissed: () => void,
  ) {
    this.button = h("button", { type: "button", class: "launcher", "aria-expanded": "false", onclick: toggle }, icon("bolt"), icon("down"), this.badge);
    const text = h("button", { type: "button", class: "teaser-text", onclick: toggle }, h("b", {}, agent.name), h("span", {}, renderMarkdown(agent.greeting || words.say("hello"))));
    this.teaser = h("div", { class: "teaser", role: "status", hidden: true }, text, iconButton(words.say("dismiss"), "close", "tool", () => this.hideTeaser()));
  }

  showTeaser(): void {
    this.teaser.hidden = false;
  }

  hideTeaser(): void {
    this.teaser.hidden = true;
    this.dismissed();
  }

  render(open: boolean, unread: number): void {
    this.button.setAttribute("aria-expanded", String(open));
    const label = this.words.say(open ? "close" : "open");
    this.button.setAttribute("aria-label", unread > 0 ? `${label}, ${this.words.say("unread", { n: unread })}` : label);
    this.badge.hidden = unread === 0;
    this.badge.textContent = unread > 9 ? "9+" : String(unread);
  }
}
