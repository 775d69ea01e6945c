import { expect, test } from "vitest";
import { stretch } from "./yaml-editor";

test("only the stretch in which two texts differ is replaced", () => {
  expect(stretch("name: Ada # one\n", "name: Grace # one\n")).toEqual({ from: 6, to: 9, insert: "Grace" });
  expect(stretch("a\n", "a\nb\n")).toEqual({ from: 2, to: 2, insert: "b\n" });
  expect(stretch("aa", "a")).toEqual({ from: 1, to: 2, insert: "" });
  expect(stretch("same", "same")).toEqual({ from: 4, to: 4, insert: "" });
});
