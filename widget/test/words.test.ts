import { describe, expect, it } from "vitest";
import { refusal } from "../src/files";
import { activity, wordsFor } from "../src/i18n";
import { de } from "../src/strings/de";
import { en } from "../src/strings/en";
import { es } from "../src/strings/es";
import { fr } from "../src/strings/fr";
import { hi } from "../src/strings/hi";
import { contrast, paletteOf } from "../src/theme";

const slots = (text: string): string[] => [...text.matchAll(/\{\w+\}/g)].map(([slot]) => slot).sort();

describe("words", () => {
  it.each(Object.entries({ hi, es, de, fr }))("%s has the same slots as English in every line", (_, catalogue) => {
    for (const [name, text] of Object.entries(en)) {
      expect(slots(catalogue[name as keyof typeof en]), name).toEqual(slots(text));
    }
  });
  it("takes the first language it knows", () => {
    expect(wordsFor(["xx", "pt-BR", "fr-CA"]).tag).toBe("fr-CA");
    expect(wordsFor([null, ""]).language).toBe("en");
  });
  it("tells what a tool does by its name", () => {
    const words = wordsFor(["en"]);
    expect(activity(words, "search_products")).toBe("Looking up products…");
    expect(activity(words, "create_support_ticket")).toBe("Creating support ticket…");
    expect(activity(words, "submit_order")).toBe("Submitting order…");
    expect(activity(words, "frobnicate")).toBe("Working on it…");
    expect(activity(wordsFor(["de"]), "search_products")).toBe("Ich sehe nach…");
  });
});

describe("colours", () => {
  it.each(["#ff6b35", "#0a7d55", "#ffd54f", "#1a237e", "#000", "#ffffff", "#c2185b"])("%s gives pairs that can be read", (colour) => {
    const palette = paletteOf(colour);
    expect(contrast(palette.onAccent, palette.accent)).toBeGreaterThanOrEqual(4.5);
    expect(contrast(palette.onLight, "#ffffff")).toBeGreaterThanOrEqual(4.5);
    expect(contrast(palette.onLight, "#fff7f0")).toBeGreaterThanOrEqual(4.5);
    expect(contrast(palette.onDark, "#241d18")).toBeGreaterThanOrEqual(4.5);
  });
  it("takes no colour that is none", () => {
    expect(paletteOf("red;background:url(x)").accent).toBe("#ff6b35");
  });
});

describe("files", () => {
  const words = wordsFor(["en"]);
  const policy = { accept: true, types: ["image/*", ".csv", "application/pdf"], max_bytes: 10 };
  it.each([["a.png", "image/png"], ["a.CSV", ""], ["a.pdf", "application/pdf"]])("takes %s", (name, type) => {
    expect(refusal(new File(["x"], name, { type }), policy, words)).toBeNull();
  });
  it.each([["a.svgx", "text/html"], ["image.exe", ""]])("refuses %s", (name, type) => {
    expect(refusal(new File(["x"], name, { type }), policy, words)).toBe(`${name} is not of a kind this chat takes (IMAGE, CSV, PDF).`);
  });
});
