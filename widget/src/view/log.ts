import type { Chat } from "../chat";
import { activity, type Words } from "../i18n";
import { renderMarkdown } from "../markdown";
import type { Entry } from "../thread";
import { bubble, type BubbleActions, notice } from "./bubble";
import { h, icon } from "./dom";

const NEAR_END_PX = 80;

/** The scrolling log: keeps one node per message, renders only what changed, follows the end unless the reader went up. */
export class Log {
  readonly element: HTMLElement;
  readonly jump: HTMLButtonElement;
  private readonly list = h("div", { class: "list" });
  private readonly live = h("div", { class: "live" });
  private readonly greeting: HTMLElement;
  private readonly olderButton: HTMLButtonElement;
  private readonly nodes = new Map<string, { node: HTMLElement; signature: string }>();
  private readonly actions: BubbleActions;
  private following = true;
  private readonly streaming = h("div", { class: "bubble streaming", dir: "auto" });
  private liveText = "";
  private liveShape = "";
  private lastTop = 0;

  constructor(
    private readonly chat: Chat,
    private readonly agentName: string,
    greeting: string,
    private readonly words: Words,
  ) {
    this.actions = { retry: (entry) => chat.retry(entry), discard: (entry) => chat.discard(entry) };
    this.greeting = h("article", { class: "message theirs greeting" }, h("div", { class: "bubble", dir: "auto" }, renderMarkdown(greeting)));
    this.olderButton = h("button", { type: "button", class: "older", onclick: () => void this.showOlder() }, words.say("older"));
    this.element = h(
      "div",
      { class: "log", role: "log", "aria-live": "polite", "aria-relevant": "additions text", "aria-label": words.say("conversation", { name: agentName }), tabindex: 0 },
      this.olderButton,
      this.greeting,
      this.list,
      this.live,
    );
    this.jump = h("button", { type: "button", class: "jump", hidden: true, onclick: () => this.follow() }, icon("down"), words.say("latest"));
    this.element.addEventListener("scroll", () => this.scrolled(), { passive: true });
    // The field below grows with text, files and the phone's keyboard; the newest message stays in sight.
    new ResizeObserver(() => {
      if (this.following) this.follow();
    }).observe(this.element);
  }

  render(): void {
    this.olderButton.hidden = this.chat.older === null;
    this.greeting.hidden = this.chat.older !== null;
    this.renderMessages();
    this.renderLive();
    // A reader announces the answer once it is whole, not letter by letter.
    this.element.setAttribute("aria-busy", String(this.chat.turn !== null && this.chat.turn.text !== ""));
    if (this.following) this.element.scrollTop = this.element.scrollHeight;
  }

  follow(): void {
    this.following = true;
    this.element.scrollTop = this.element.scrollHeight;
    this.jump.hidden = true;
  }

  private scrolled(): void {
    const { scrollHeight, scrollTop, clientHeight } = this.element;
    // Only a way up is the reader's; a log that became smaller has its end further down without anybody's doing.
    if (scrollHeight - scrollTop - clientHeight < NEAR_END_PX) this.following = true;
    else if (scrollTop < this.lastTop) this.following = false;
    this.lastTop = scrollTop;
    this.jump.hidden = this.following;
  }

  private async showOlder(): Promise<void> {
    const before = this.element.scrollHeight - this.element.scrollTop;
    this.following = false;
    await this.chat.loadOlder();
    this.render();
    this.element.scrollTop = this.element.scrollHeight - before;
  }

  private renderMessages(): void {
    const wanted: HTMLElement[] = [];
    const alive = new Set<string>();
    let day = "";
    for (const entry of this.chat.thread.entries) {
      const itsDay = new Date(entry.at).toDateString();
      if (itsDay !== day && (day !== "" || itsDay !== new Date().toDateString())) wanted.push(this.kept(`day ${itsDay}`, itsDay, () => this.day(entry.at), alive));
      day = itsDay;
      wanted.push(this.kept(entry.key, signature(entry), () => bubble(entry, this.agentName, this.words, this.actions), alive));
    }
    for (const key of this.nodes.keys()) if (!alive.has(key)) this.nodes.delete(key);
    wanted.forEach((node, index) => {
      const present = this.list.children[index];
      if (present !== node) this.list.insertBefore(node, present ?? null);
    });
    while (this.list.children.length > wanted.length) this.list.lastElementChild?.remove();
  }

  private kept(key: string, signature: string, make: () => HTMLElement, alive: Set<string>): HTMLElement {
    alive.add(key);
    const known = this.nodes.get(key);
    if (known?.signature === signature) return known.node;
    const node = make();
    this.nodes.set(key, { node, signature });
    return node;
  }

  private day(at: number): HTMLElement {
    const days = Math.round((new Date().setHours(0, 0, 0, 0) - new Date(at).setHours(0, 0, 0, 0)) / 86_400_000);
    const long: Intl.DateTimeFormatOptions = { day: "numeric", month: "long", ...(days > 300 && { year: "numeric" }) };
    const text = days === 0 ? this.words.say("today") : days === 1 ? this.words.say("yesterday") : new Intl.DateTimeFormat(this.words.tag, long).format(at);
    return h("p", { class: "day" }, text);
  }

  /** Below the messages: the streaming text, what goes on, notices. Rebuilt only when one of them comes or goes. */
  private renderLive(): void {
    const { turn, busy, failure, handedOff, unclear } = this.chat;
    const text = turn?.whole ? turn.text : "";
    const running = turn?.tools.filter((tool) => tool.status === "running").at(-1)?.name;
    const shape = JSON.stringify([text !== "", running, busy, failure, handedOff, unclear]);
    if (shape !== this.liveShape) {
      this.liveShape = shape;
      this.live.replaceChildren();
      if (text !== "") this.live.append(h("article", { class: "message theirs" }, this.streaming));
      if (running !== undefined) this.live.append(this.activity(activity(this.words, running)));
      else if (busy && text === "") this.live.append(this.typing());
      if (unclear) this.live.append(notice(this.words.say("unclear"), "alert"));
      if (handedOff) this.live.append(notice(this.words.say("handoff"), "person"));
      if (failure) this.live.append(notice(failure.detail || this.words.say("turnFailed"), "alert"));
    }
    if (text !== this.liveText) {
      this.liveText = text;
      this.streaming.replaceChildren(renderMarkdown(text));
    }
  }

  private activity(text: string): HTMLElement {
    return h("p", { class: "activity" }, h("span", { class: "spark" }, icon("bolt")), h("span", { class: "shimmer" }, text));
  }

  private typing(): HTMLElement {
    const label = this.words.say("typing", { name: this.agentName });
    return h("div", { class: "typing", role: "status", "aria-label": label }, h("i"), h("i"), h("i"));
  }
}

function signature(entry: Entry): string {
  return [entry.delivery, entry.error, entry.content, entry.citations.length, entry.attachments.length].join("\u0000");
}
