import { afterEach, expect, test, vi } from "vitest";

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
