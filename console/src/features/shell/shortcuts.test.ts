import { expect, test } from "vitest";
import { isTyping, letters, lettersOf } from "./shortcuts";
import { sections, type Section } from "./sections";

const page = (label: string) => ({ to: `/${label}`, label, icon: sections[0]!.pages[0]!.icon });

test("every page of the navigation has a letter, and none has that of another", () => {
  expect([...letters.values()]).toEqual(sections.flatMap((section) => section.pages.map(({ to }) => to)));
});

test("the second page of a letter takes the next one of its name", () => {
  const of: Section[] = [{ label: "", pages: [page("Conversations"), page("Contacts")] }];

  expect([...lettersOf(of)]).toEqual([["c", "/Conversations"], ["o", "/Contacts"]]);
});

test("letters stay silent where somebody types and in dialogs", () => {
  document.body.innerHTML = "<input id=a><div role=dialog><button id=b></button></div><div contenteditable id=c></div><button id=d>";
  const typing = ["a", "b", "c", "d"].map((id) => isTyping(document.getElementById(id)));

  expect(typing).toEqual([true, true, true, false]);
});
