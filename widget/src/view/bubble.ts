import { sizeText } from "../files";
import type { Words } from "../i18n";
import { renderMarkdown } from "../markdown";
import type { Entry } from "../thread";
import type { Citation } from "../types";
import { h, icon } from "./dom";

export interface BubbleActions {
  retry: (entry: Entry) => void;
  discard: (entry: Entry) => void;
}

/** One message as it stands in the log. */
export function bubble(entry: Entry, agentName: string, words: Words, actions: BubbleActions): HTMLElement {
  if (entry.role === "notice") return notice(entry.content, "alert");
  const own = entry.role === "user";
  const time = new Intl.DateTimeFormat(words.tag, { hour: "numeric", minute: "2-digit" }).format(entry.at);
  const body = h("div", { class: "bubble", dir: "auto" });
  if (own) body.append(entry.content);
  else body.append(renderMarkdown(entry.content));
  const files = entry.attachments.map((file) =>
    h("span", { class: "file" }, icon("file"), h("span", { class: "file-name" }, file.name), h("small", {}, sizeText(file.size, words.tag))),
  );
  return h(
    "article",
    { class: `message ${own ? "own" : "theirs"} ${entry.delivery}` },
    h("span", { class: "hidden" }, own ? words.say("you") : words.say("says", { name: agentName })),
    files.length > 0 && h("div", { class: "files" }, ...files),
    (entry.content !== "" || files.length === 0) && body,
    entry.citations.length > 0 && sources(entry.citations, words),
    h("div", { class: "meta" }, ...meta(entry, time, words, actions)),
  );
}

function meta(entry: Entry, time: string, words: Words, actions: BubbleActions): (Node | string)[] {
  if (entry.delivery === "failed") {
    return [
      h("span", { class: "error", role: "alert" }, icon("alert"), entry.error ?? words.say("failed")),
      h("button", { type: "button", class: "link", onclick: () => actions.retry(entry) }, words.say("retry")),
      h("button", { type: "button", class: "link", onclick: () => actions.discard(entry) }, words.say("discard")),
    ];
  }
  if (entry.delivery === "sent") return [h("time", { datetime: new Date(entry.at).toISOString() }, time)];
  return [words.say(entry.delivery)];
}

function sources(citations: readonly Citation[], words: Words): HTMLElement {
  const items = citations.map((each) => {
    const web = /^https?:\/\//i.test(each.source);
    const title = web
      ? h("a", { href: each.source, target: "_blank", rel: "noopener noreferrer nofollow" }, each.title || each.source)
      : h("b", {}, each.title || each.source);
    return h("li", {}, title, each.passage ? h("q", {}, shortened(each.passage)) : null);
  });
  const summary = h("summary", {}, icon("book"), words.say("sources"), h("span", { class: "count" }, String(citations.length)));
  return h("details", { class: "sources" }, summary, h("ol", {}, ...items));
}

function shortened(passage: string): string {
  return passage.length > 280 ? `${passage.slice(0, 280).replace(/\s+\S*$/, "")}…` : passage;
}

export function notice(text: string, name: "alert" | "person"): HTMLElement {
  return h("p", { class: "notice" }, icon(name), h("span", {}, text));
}
