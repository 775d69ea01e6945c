import { Api } from "./api";
import { Chat } from "./chat";
import { wordsFor, type Words } from "./i18n";
import type { Options } from "./options";
import { Storage } from "./storage";
import styles from "./styles/widget.css";
import { paletteOf } from "./theme";
import type { Config, Message, Profile } from "./types";
import { h } from "./view/dom";
import { Launcher } from "./view/launcher";
import { Panel } from "./view/panel";

export type EventName = "open" | "close" | "message";
type Listener = (detail: unknown) => void;

const PHONE = "(max-width: 480px)";

/** One chat on a page: joins conversation and view and is what `window.SparkLabs` offers. */
export class Widget {
  private readonly root: HTMLElement;
  private readonly panel: Panel;
  private readonly launcher: Launcher;
  private readonly chat: Chat;
  private readonly listeners = new Map<EventName, Set<Listener>>();
  private readonly phone = matchMedia(PHONE);
  private returnTo: HTMLElement | null = null;
  private frame = 0;
  isOpen = false;

  static async mount(options: Options): Promise<Widget> {
    const storage = new Storage(options.key);
    const api = new Api(options.base, options.key, storage);
    const config = await api.config();
    const words = wordsFor([options.language, document.documentElement.lang, navigator.language]);
    return new Widget(options, config, api, storage, words);
  }

  private constructor(
    private readonly options: Options,
    config: Config,
    private readonly api: Api,
    private readonly storage: Storage,
    words: Words,
  ) {
    const host = h("sparklabs-chat" as "div", { lang: words.tag });
    const shadow = host.attachShadow({ mode: "open" });
    const sheet = new CSSStyleSheet();
    sheet.replaceSync(styles);
    shadow.adoptedStyleSheets = [sheet];
    this.chat = new Chat(api, storage);
    this.panel = new Panel(this.chat, config, storage, words, { mode: options.mode, onClose: () => this.close() });
    this.launcher = new Launcher(config.agent, words, () => this.toggle(), () => storage.setFlag("greeted", true));
    this.root = h("div", { class: "root", "data-mode": options.mode, "data-theme": options.theme, "data-side": options.side }, this.panel.element);
    if (options.mode === "float") this.root.append(this.launcher.teaser, this.launcher.button);
    this.paint(options.colour ?? config.theme.colour);
    shadow.append(this.root);
    this.place(host);
    this.chat.onChange = () => this.schedule();
    this.chat.onMessage = (message) => this.emit("message", publicView(message));
    this.keys();
    this.start(config);
  }

  open(): void {
    if (this.isOpen) return;
    this.isOpen = true;
    const active = document.activeElement;
    this.returnTo = active instanceof HTMLElement && active !== document.body ? active : null;
    this.storage.setFlag("open", true);
    this.launcher.hideTeaser();
    this.render();
    this.panel.log.follow();
    this.panel.composer.focus();
    this.emit("open", {});
  }

  close(): void {
    if (!this.isOpen || this.options.mode === "page") return;
    this.isOpen = false;
    this.storage.setFlag("open", false);
    this.render();
    const host = this.root.getRootNode() as ShadowRoot;
    if (this.returnTo && this.returnTo !== host.host && this.returnTo.isConnected) this.returnTo.focus();
    else this.launcher.button.focus();
    this.emit("close", {});
  }

  toggle(): void {
    if (this.isOpen) this.close();
    else this.open();
  }

  /** Calls `listener` for each `open`, `close` or `message`; returns what ends it. */
  on(name: EventName, listener: Listener): () => void {
    const listeners = this.listeners.get(name) ?? new Set();
    this.listeners.set(name, listeners.add(listener));
    return () => listeners.delete(listener);
  }

  /** Tells who the visitor says to be; taken as unverified. Sent with the session, at once when there is one. */
  identify(profile: Profile): void {
    this.api.profile = profile;
    if (this.storage.visitor !== null) void this.api.open(false).catch(() => undefined);
  }

  private start(config: Config): void {
    this.render();
    void this.chat.resume();
    if (this.options.mode === "page") {
      this.isOpen = true;
      this.render();
      if (!this.phone.matches) this.panel.composer.focus();
      return;
    }
    if (this.storage.flag("open")) this.open();
    const seconds = config.proactive_after_seconds;
    if (seconds === null || this.storage.visitor !== null || this.storage.flag("greeted")) return;
    setTimeout(() => {
      if (!this.isOpen) this.launcher.showTeaser();
    }, seconds * 1000);
  }

  private schedule(): void {
    // A hidden tab gets no frames, and its badge must still be right when the visitor looks at the title bar.
    if (document.visibilityState === "hidden") this.render();
    else if (this.frame === 0) this.frame = requestAnimationFrame(() => this.render());
  }

  private render(): void {
    this.frame = 0;
    const { entries, lastSeq } = this.chat.thread;
    if (this.isOpen && document.visibilityState === "visible" && lastSeq > this.storage.seen) this.storage.seen = lastSeq;
    const { seen } = this.storage;
    const unread = this.isOpen ? 0 : entries.filter((each) => each.role === "assistant" && (each.seq ?? 0) > seen).length;
    this.root.toggleAttribute("data-open", this.isOpen);
    this.panel.element.inert = !this.isOpen;
    const modal = this.isOpen && this.phone.matches && this.options.mode === "float";
    if (modal) this.panel.element.setAttribute("aria-modal", "true");
    else this.panel.element.removeAttribute("aria-modal");
    this.launcher.render(this.isOpen, unread);
    if (this.isOpen) this.panel.render();
  }

  private place(host: HTMLElement): void {
    const target = this.options.target ? document.querySelector(this.options.target) : null;
    (target ?? document.body).append(host);
    this.phone.addEventListener("change", () => this.render());
    addEventListener("online", () => this.render());
    addEventListener("offline", () => this.render());
  }

  private paint(colour: string | null): void {
    for (const [name, value] of Object.entries(paletteOf(colour))) {
      this.root.style.setProperty(`--${name}`, value);
      // The public page around it takes the same colours.
      if (this.options.mode === "page") document.documentElement.style.setProperty(`--brand-${name}`, value);
    }
  }

  private keys(): void {
    this.root.addEventListener("keydown", (event) => {
      // What is typed in the chat is none of the host page's shortcuts.
      event.stopPropagation();
      if (event.key === "Escape" && this.isOpen) this.close();
      else if (event.key === "Tab" && this.panel.element.hasAttribute("aria-modal")) this.keepInside(event);
    });
  }

  /** Full screen on a phone covers the page, so the focus goes round inside. */
  private keepInside(event: KeyboardEvent): void {
    const inside = [...this.panel.element.querySelectorAll<HTMLElement>("button, textarea, a[href], summary, [tabindex='0']")].filter(
      (each) => each.offsetParent !== null && !(each as HTMLButtonElement).disabled,
    );
    const active = (this.root.getRootNode() as ShadowRoot).activeElement;
    const [first, last] = [inside[0], inside.at(-1)];
    if (event.shiftKey ? active === first : active === last) {
      event.preventDefault();
      (event.shiftKey ? last : first)?.focus();
    }
  }

  private emit(name: EventName, detail: unknown): void {
    this.listeners.get(name)?.forEach((listener) => {
      try {
        listener(detail);
      } catch (error) {
        // A host page's fault must not stop the chat; it belongs in that page's console.
        console.error(error);
      }
    });
  }
}

function publicView(message: Message): object {
  return { id: message.id, role: message.role, content: message.content, created_at: message.created_at };
}
