import type { Chat } from "../chat";
import { refusal } from "../files";
import type { Words } from "../i18n";
import type { Storage } from "../storage";
import type { Attachment, AttachmentPolicy } from "../types";
import { h, icon, iconButton } from "./dom";

interface Chip {
  file: File;
  node: HTMLElement;
  stored: Attachment | null;
}

/** Where the visitor writes: grows with the text, Enter sends, files are checked before they leave. */
export class Composer {
  readonly element: HTMLFormElement;
  readonly input: HTMLTextAreaElement;
  private readonly sendButton: HTMLButtonElement;
  private readonly chipRow = h("div", { class: "chips" });
  private readonly problem = h("p", { class: "problem", role: "alert" });
  private readonly picker: HTMLInputElement;
  private chips: Chip[] = [];

  constructor(
    private readonly chat: Chat,
    private readonly storage: Storage,
    private readonly policy: AttachmentPolicy,
    private readonly words: Words,
    private readonly sent: () => void,
  ) {
    this.input = h("textarea", { rows: 1, placeholder: words.say("placeholder"), "aria-label": words.say("placeholder"), maxlength: 16_000, enterkeyhint: "send", dir: "auto" });
    this.input.value = storage.draft;
    this.sendButton = h("button", { type: "submit", class: "send", "aria-label": words.say("send"), title: words.say("send") }, icon("send"));
    this.picker = h("input", { type: "file", multiple: true, hidden: true, tabindex: -1, accept: policy.types.join(","), "aria-label": words.say("attach") });
    const field = h("div", { class: "field" }, this.input, this.sendButton);
    if (policy.accept) field.prepend(iconButton(words.say("attach"), "clip", "tool", () => this.picker.click()));
    this.element = h("form", { class: "composer", novalidate: true }, this.problem, this.chipRow, this.picker, field);
    this.listen();
    this.refresh();
  }

  focus(): void {
    this.input.focus({ preventScroll: true });
  }

  /** Sends these words at once, as a starter question does. */
  say(text: string): void {
    this.input.value = text;
    this.submit();
  }

  /** Files that were dropped or pasted come in here, too. */
  take(files: Iterable<File>): void {
    this.problem.textContent = "";
    for (const file of files) {
      const why = refusal(file, this.policy, this.words);
      if (why === null) void this.upload(file);
      else this.problem.textContent = why;
    }
  }

  private listen(): void {
    this.element.addEventListener("submit", (event) => {
      event.preventDefault();
      this.submit();
    });
    this.input.addEventListener("keydown", (event) => {
      // While a word is being composed (Hindi, Japanese …) Enter belongs to the input method.
      if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
      event.preventDefault();
      this.submit();
    });
    this.input.addEventListener("input", () => {
      this.problem.textContent = "";
      this.storage.draft = this.input.value;
      this.refresh();
    });
    this.input.addEventListener("paste", (event) => {
      const files = event.clipboardData?.files;
      if (files && files.length > 0) {
        event.preventDefault();
        this.take(files);
      }
    });
    this.picker.addEventListener("change", () => {
      this.take(this.picker.files ?? []);
      this.picker.value = "";
    });
  }

  private submit(): void {
    const text = this.input.value.trim();
    if (this.chips.some((chip) => chip.stored === null)) return;
    const files = this.chips.map((chip) => chip.stored as Attachment);
    if (text === "" && files.length === 0) return;
    this.input.value = "";
    this.storage.draft = "";
    this.chips = [];
    this.chipRow.replaceChildren();
    this.problem.textContent = "";
    this.refresh();
    this.chat.send(text, files);
    this.sent();
  }

  private async upload(file: File): Promise<void> {
    const remove = iconButton(this.words.say("remove", { name: file.name }), "close", "remove", () => this.drop(chip));
    const node = h("span", { class: "file uploading", "aria-label": this.words.say("uploading", { name: file.name }) }, icon("file"), h("span", { class: "file-name" }, file.name), remove);
    const chip: Chip = { file, node, stored: null };
    this.chips.push(chip);
    this.chipRow.append(node);
    this.refresh();
    try {
      chip.stored = await this.chat.api.upload(file);
      node.classList.remove("uploading");
      node.setAttribute("aria-label", file.name);
    } catch (error) {
      this.drop(chip);
      const why = error instanceof Error ? error.message : "";
      this.problem.textContent = `${this.words.say("uploadFailed", { name: file.name })} ${why}`.trim();
    }
    this.refresh();
  }

  private drop(chip: Chip): void {
    this.chips = this.chips.filter((each) => each !== chip);
    chip.node.remove();
    this.refresh();
    this.focus();
  }

  private refresh(): void {
    const uploading = this.chips.some((chip) => chip.stored === null);
    this.sendButton.disabled = uploading || (this.input.value.trim() === "" && this.chips.length === 0);
    this.input.style.height = "auto";
    if (this.input.scrollHeight > 0) this.input.style.height = `${Math.min(this.input.scrollHeight, 140)}px`;
  }
}
