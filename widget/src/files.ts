import type { Words } from "./i18n";
import type { AttachmentPolicy } from "./types";

/** Why a file is refused, in the visitor's words; null when it may go. The platform checks again. */
export function refusal(file: File, policy: AttachmentPolicy, words: Words): string | null {
  const name = file.name;
  if (!policy.accept) return words.say("noFiles");
  if (!allowed(file, policy.types)) return words.say("wrongType", { name, types: policy.types.map(plainType).join(", ") });
  if (file.size > policy.max_bytes) return words.say("tooLarge", { name, size: sizeText(policy.max_bytes, words.tag) });
  if (file.size === 0) return words.say("empty", { name });
  return null;
}

function allowed(file: File, types: readonly string[]): boolean {
  const kind = file.type.toLowerCase();
  const name = file.name.toLowerCase();
  return types.length === 0 || types.some((type) => matches(type.toLowerCase(), kind, name));
}

function matches(type: string, kind: string, name: string): boolean {
  if (type === "*/*") return true;
  if (type.endsWith("/*")) return kind.startsWith(type.slice(0, -1));
  if (type.includes("/")) return kind === type;
  return name.endsWith(type.startsWith(".") ? type : `.${type}`);
}

/** `image/*` is IMAGE, `application/pdf` and `.pdf` are PDF. */
function plainType(type: string): string {
  const [family = "", kind = ""] = type.split("/");
  return (kind && kind !== "*" ? (kind.split(/[.+-]/).at(-1) ?? kind) : family.replace(/^\./, "")).toUpperCase();
}

export function sizeText(bytes: number, tag: string): string {
  const units = ["byte", "kilobyte", "megabyte", "gigabyte"];
  const step = bytes < 1 ? 0 : Math.min(units.length - 1, Math.floor(Math.log(bytes) / Math.log(1000)));
  const format: Intl.NumberFormatOptions = { style: "unit", unit: units[step] as string, maximumFractionDigits: 1 };
  return new Intl.NumberFormat(tag, format).format(bytes / 1000 ** step);
}
