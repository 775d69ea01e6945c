/** Where to go after signing in: an address of this console and of nothing else (CWE-601). */
export function safeNext(next: string | undefined, origin = location.origin): string {
  if (!next?.startsWith("/")) return "/";
  try {
    // The browser's own reading decides: it drops tabs and takes `/\evil.example` for another host.
    const target = new URL(next, origin);
    return target.origin === origin ? target.pathname + target.search + target.hash : "/";
  } catch {
    return "/";
  }
}
