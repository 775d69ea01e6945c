import { afterEach, expect, test, vi } from "vitest";
import { format } from "./catalogue";

afterEach(() => {
  vi.unstubAllGlobals();
  vi.resetModules();
});

async function speaking(language: string) {
  vi.stubGlobal("navigator", { language });
  vi.resetModules();
  return import("./catalogue");
}

test("a text that a language lacks is said in English", async () => {
  const { catalogue } = await speaking("de-AT");

  expect(catalogue({ en: { yes: "Yes", no: "No" }, de: { yes: "Ja" } })).toEqual({ yes: "Ja", no: "No" });
});

test("the test language makes every text about 40 % longer, wherever it stands", async () => {
  const { catalogue, stretch } = await speaking("en-XA");
  const texts = catalogue({
    en: { title: "Conversations", with: (who: string) => `with ${who}`, roles: { viewer: "Viewer" }, points: ["One"] },
  });

  expect(texts.title).toBe("Coonveersaatiioons");
  expect(texts.with("Ada")).toBe("wiith Aadaa");
  expect([texts.roles.viewer, texts.points[0]]).toEqual(["Viieeweer", "Oonee"]);
  expect(stretch("Everything that was said, on every channel.").length / 43).toBeGreaterThan(1.25);
});

test.each([
  [0, "0 seconds"],
  [59, "59 seconds"],
  [61, "1 minute 1 second"],
  [7200, "2 hours"],
  [93_784, "1 day 2 hours"],
])("a span of %d seconds is told in its two largest units", (seconds, told) => expect(format.span(seconds)).toBe(told));

test.each([
  [0, "0 byte"],
  [999, "999 byte"],
  [200_000_000, "200 MB"],
  [12_340_000_000, "12.3 GB"],
])("%d bytes are told in a unit that one can read", (count, told) => expect(format.bytes(count)).toBe(told));
