type Child = Node | string | null | undefined | false;
type Props = { [name: string]: string | number | boolean | null | undefined | ((event: never) => void) };

/** Makes an element: `on…` props become listeners, true and false set and omit an attribute, text becomes text. */
export function h<K extends keyof HTMLElementTagNameMap>(tag: K, props: Props = {}, ...children: Child[]): HTMLElementTagNameMap[K] {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(props)) {
    if (typeof value === "function") element.addEventListener(name.slice(2).toLowerCase(), value as unknown as EventListener);
    else if (value === true) element.setAttribute(name, "");
    else if (value !== null && value !== undefined && value !== false) element.setAttribute(name, String(value));
  }
  element.append(...children.filter((child): child is Node | string => child !== null && child !== undefined && child !== false));
  return element;
}

const SVG = "http://www.w3.org/2000/svg";

const PATHS = {
  bolt: ["M13.6 1.8 4.2 13.4c-.4.5-.1 1.3.6 1.3h5.6l-1.2 7c-.1.8.8 1.2 1.3.6l9.4-11.7c.4-.5.1-1.3-.6-1.3h-5.6l1.2-6.9c.2-.8-.8-1.2-1.3-.6Z"],
  close: ["M6 6l12 12M18 6 6 18"],
  down: ["m6 9 6 6 6-6"],
  send: ["M12 19V5M5.5 11.5 12 5l6.5 6.5"],
  clip: ["m20.5 11.5-8.4 8.4a5.3 5.3 0 0 1-7.5-7.5l8.6-8.6a3.5 3.5 0 0 1 5 5l-8.5 8.5a1.8 1.8 0 0 1-2.6-2.5l7.9-7.8"],
  file: ["M14 3H7a2 2 0 0 0-2 2v14a2 2 0 0 0 2 2h10a2 2 0 0 0 2-2V8l-5-5Z", "M14 3v5h5"],
  fresh: ["M12 20H6l-3 2V7a3 3 0 0 1 3-3h6", "M18 3v8M14 7h8", "M21 14v3a3 3 0 0 1-3 3h-3"],
  alert: ["M12 8v5M12 16.5v.1", "M12 3a9 9 0 1 0 0 18 9 9 0 0 0 0-18Z"],
  person: ["M12 12a4 4 0 1 0 0-8 4 4 0 0 0 0 8Z", "M4.5 20.5a7.5 7.5 0 0 1 15 0"],
  check: ["m5 12.5 4.5 4.5L19 7.5"],
  book: ["M4 5.5A2.5 2.5 0 0 1 6.500 3H20v15H6.500A2.500 2.500 0 0 0 4 20.500v-15Z", "M20 18v3H6.500"],
} as const;

export type Icon = keyof typeof PATHS;

/** A drawing that screen readers pass over; its button or line carries the words. */
export function icon(name: Icon): SVGSVGElement {
  const svg = document.createElementNS(SVG, "svg");
  svg.setAttribute("viewBox", "0 0 24 24");
  svg.setAttribute("aria-hidden", "true");
  svg.setAttribute("class", `icon ${name === "bolt" ? "solid" : "line"}`);
  for (const d of PATHS[name]) svg.appendChild(document.createElementNS(SVG, "path")).setAttribute("d", d);
  return svg;
}

export function iconButton(label: string, name: Icon, className: string, onClick: () => void): HTMLButtonElement {
  return h("button", { type: "button", class: className, "aria-label": label, title: label, onclick: onClick }, icon(name));
}
