/** Colours: takes one accent and finds the pairs that can be read (WCAG 2.2, contrast of text 4.5:1). */

const INK = "#231005";
const WHITE = "#ffffff";
const SPARK = "#ff6b35";
const AMBER = "#ffa726";
const HEX = /^#([0-9a-f]{3}|[0-9a-f]{6})$/i;
const READABLE = 4.5;

type Rgb = readonly [number, number, number];

export interface Palette {
  accent: string;
  accentEnd: string;
  /** Text and marks on the accent. */
  onAccent: string;
  /** The accent as text on a light and on a dark ground. */
  onLight: string;
  onDark: string;
}

export function paletteOf(colour: string | null): Palette {
  const accent = colour && HEX.test(colour) ? full(colour) : SPARK;
  const accentEnd = accent === SPARK ? AMBER : mix(accent, WHITE, 0.16);
  const onAccent = [WHITE, INK].find((text) => contrast(text, accent) >= READABLE && contrast(text, accentEnd) >= READABLE);
  return {
    accent,
    accentEnd,
    onAccent: onAccent ?? (contrast(WHITE, accent) > contrast(INK, accent) ? WHITE : INK),
    onLight: readable(accent, "#fff7f0", "#000000"),
    onDark: readable(accent, "#241d18", WHITE),
  };
}

export function contrast(one: string, other: string): number {
  const [dark, light] = [luminance(one), luminance(other)].sort((a, b) => a - b) as [number, number];
  return (light + 0.05) / (dark + 0.05);
}

/** Moves a colour towards `end` until it can be read on `ground`. */
function readable(colour: string, ground: string, end: string): string {
  for (let share = 0; share <= 1; share += 0.04) {
    const candidate = mix(colour, end, share);
    if (contrast(candidate, ground) >= READABLE) return candidate;
  }
  return end;
}

function full(colour: string): string {
  const digits = colour.slice(1).toLowerCase();
  return `#${digits.length === 3 ? [...digits].map((digit) => digit + digit).join("") : digits}`;
}

function rgb(colour: string): Rgb {
  return [1, 3, 5].map((at) => Number.parseInt(colour.slice(at, at + 2), 16)) as unknown as Rgb;
}

function mix(one: string, other: string, share: number): string {
  const [a, b] = [rgb(one), rgb(other)];
  return `#${a.map((part, index) => Math.round(part + ((b[index] as number) - part) * share).toString(16).padStart(2, "0")).join("")}`;
}

function luminance(colour: string): number {
  const [red, green, blue] = rgb(colour).map((part) => {
    const share = part / 255;
    return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
  }) as unknown as Rgb;
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}
