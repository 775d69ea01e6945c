import type { Chat } from "../chat";
import type { Words } from "../i18n";
import type { Storage } from "../storage";
import type { Config } from "../types";
import { Composer } from "./composer";
import { h, icon, iconButton } from "./dom";
import { Log } from "./log";

export interface PanelOptions {
  mode: "float" | "page";
  onClose: () => void;
}

/** The open chat: header, log, starter questions, composer. */
export class Panel {
  readonly element: HTMLElement;
  readonly log: Log;
  readonly composer: Composer;
  private readonly status = h("span", { class: "status", role: "status" });
  private readonly banner = h("p", { class: "banner", role: "status", hidden: true });
  private readonly starters: HTMLElement;

  constructor(
    private readonly chat: Chat,
    private readonly config: Config,
    storage: Storage,
    private readonly words: Words,
    options: PanelOptions,
  ) {
    const { agent } = config;
    this.log = new Log(chat, agent.name, agent.greeting || words.say("hello"), words);
    this.composer = new Composer(chat, storage, config.attachments, words, () => this.log.follow());
    this.starters = h("div", { class: "starters" }, ...config.starters.slice(0, 4).map((text) => this.starter(text)));
    const page = options.mode === "page";
    this.element = h(
      "section",
      { class: "panel", role: page ? "region" : "dialog", "aria-label": config.theme.title ?? agent.name },
      this.header(page, options),
      this.banner,
      h("div", { class: "middle" }, this.log.element, this.log.jump),
      this.starters,
      this.composer.element,
      this.footer(),
    );
    this.dropZone();
  }

  render(): void {
    const online = navigator.onLine;
    this.banner.hidden = online && this.chat.line === "up";
    this.banner.textContent = this.words.say(online ? "connecting" : "offline");
    this.status.textContent = this.config.agent.company || this.words.say("online");
    this.starters.hidden = this.chat.thread.entries.length > 0 || this.chat.loading;
    this.element.classList.toggle("loading", this.chat.loading);
    this.log.render();
  }

  private header(page: boolean, options: PanelOptions): HTMLElement {
    const { agent, theme } = this.config;
    return h(
      "header",
      {},
      h("span", { class: "mark" }, icon("bolt")),
      h("div", { class: "who" }, h(page ? "h2" : "h1", {}, theme.title ?? agent.name), this.status),
      iconButton(this.words.say("anew"), "fresh", "tool", () => {
        void this.chat.startAnew().then(() => this.composer.focus());
      }),
      !page && iconButton(this.words.say("close"), "close", "tool", options.onClose),
    );
  }

  private footer(): HTMLElement {
    const label = this.config.agent.model_label;
    return h("footer", {}, label ? h("span", { class: "label" }, label) : null, h("span", {}, "SparkLabs"));
  }

  private starter(text: string): HTMLElement {
    return h("button", { type: "button", onclick: () => this.composer.say(text) }, text);
  }

  /** Files may be dropped anywhere on the chat; the host page never gets to navigate to them. */
  private dropZone(): void {
    this.element.addEventListener("dragover", (event) => {
      event.preventDefault();
      this.element.classList.add("dropping");
    });
    this.element.addEventListener("dragleave", () => this.element.classList.remove("dropping"));
    this.element.addEventListener("drop", (event) => {
      event.preventDefault();
      this.element.classList.remove("dropping");
      this.composer.take(event.dataTransfer?.files ?? []);
    });
  }
}
