/** The server's changes as people read them. */
import { labelOf } from "./configuration/schema";

const LONGEST = 140;

/** `tools[check_pricing].config.discount_authority` as `Tools › check_pricing › Discount authority`. */
export function placeOf(path: string): string {
  const parts = [...path.matchAll(/\[([^\]]*)\]|([^.[\]]+)/g)].map(([, item, key]) => item ?? labelOf(key ?? ""));
  return parts.filter((part) => part !== "Config" && part !== "Agent").join(" › ") || labelOf(path);
}

/** A value in a line; long ones are cut, groups named by what they hold. */
export function showValue(value: unknown): string {
  if (value === null || value === undefined) return "";
  const text = typeof value === "object" ? said(value) : String(value).replace(/\s+/g, " ").trim();
  return text.length > LONGEST ? `${text.slice(0, LONGEST - 1)}…` : text;
}

function said(value: object): string {
  if (Array.isArray(value)) return value.map(showValue).join(", ");
  const meant = Object.entries(value).filter(([, each]) => each !== null && each !== true && JSON.stringify(each) !== "{}" && JSON.stringify(each) !== "[]");
  return meant.map(([key, each]) => `${labelOf(key).toLowerCase()}: ${showValue(each)}`).join("; ");
}
