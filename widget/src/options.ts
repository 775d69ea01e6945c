export interface Options {
  key: string;
  base: string;
  mode: "float" | "page";
  theme: "light" | "dark" | "auto";
  colour: string | null;
  side: "left" | "right";
  language: string | null;
  /** Where page mode puts itself: a CSS selector. */
  target: string | null;
}

/** Reads the attributes of the script tag: data-key, data-theme, data-colour, data-side, data-lang, data-mode, data-target. */
export function optionsOf(script: HTMLScriptElement): Options | null {
  const data = script.dataset;
  const key = data["key"];
  if (!key) return null;
  return {
    key,
    base: (data["base"] ?? new URL(script.src, location.href).origin).replace(/\/$/, ""),
    mode: data["mode"] === "page" ? "page" : "float",
    theme: data["theme"] === "light" || data["theme"] === "dark" ? data["theme"] : "auto",
    colour: data["colour"] ?? data["color"] ?? null,
    side: data["side"] === "left" ? "left" : "right",
    language: data["lang"] ?? null,
    target: data["target"] ?? null,
  };
}
