import { expect, test } from "vitest";
import type { ContactProfile } from "@/api/schema";
import { changeBody, newBody, newContactForm, startOf } from "./contact-form";
import { initialsOf, nameOf } from "./naming";
import { texts } from "./texts";

const ada = {
  id: "0199f3a0-0000-7000-8000-00000000ab12",
  name: "Ada King Lovelace",
  external_id: null,
  timezone: "Europe/London",
  locale: null,
  handles: [{ id: "h1", kind: "email", value: "ada@example.com", created_at: "" }],
} as unknown as ContactProfile;

test("only what was changed is sent", () => {
  const form = { ...startOf(ada), name: "Ada Byron", timezone: "" };
  expect(changeBody(form, ada)).toEqual({ name: "Ada Byron", timezone: null, add_handles: [], remove_handles: [] });
});

test("addresses are added and removed beside the rest", () => {
  const form = { ...startOf(ada), phone: "+44 20", removed: ["h1"] };
  expect(changeBody(form, ada)).toEqual({
    add_handles: [{ kind: "phone", value: "+44 20" }],
    remove_handles: ["h1"],
  });
});

test("a new contact needs something to know them by", () => {
  expect(newContactForm.safeParse(startOf()).error?.issues[0]?.message).toBe(texts.needed);
  expect(newContactForm.safeParse({ ...startOf(), email: "ada@example.com" }).success).toBe(true);
});

test("what is empty is sent as nothing", () => {
  expect(newBody({ ...startOf(), name: "Ada" })).toEqual({
    name: "Ada",
    external_id: null,
    timezone: null,
    locale: null,
    handles: [],
  });
});

test("a person is called by the best that is known", () => {
  expect(nameOf(ada)).toBe("Ada King Lovelace");
  expect(nameOf({ ...ada, name: null })).toBe("ada@example.com");
  expect(nameOf({ ...ada, name: null, handles: [] })).toBe("Visitor ab12");
  expect([initialsOf(ada), initialsOf({ ...ada, name: "李" }), initialsOf({ ...ada, name: null })]).toEqual(["AL", "李", ""]);
});
