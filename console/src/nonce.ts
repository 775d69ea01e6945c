/** The mark by which the page's policy knows our own style sheets; the server writes it into the page anew each time. */
export const nonce: string = document.querySelector<HTMLScriptElement>("script[nonce]")?.nonce ?? "";
