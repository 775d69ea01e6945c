/** Doubling waits with jitter, so that a thousand browsers do not come back in the same second. */
export function backoffMs(attempt: number, { first = 600, largest = 30_000 } = {}): number {
  const whole = Math.min(largest, first * 2 ** attempt);
  return whole / 2 + Math.random() * (whole / 2);
}

/** Waits, but no longer than until the browser says that it is online again. */
export function pause(ms: number): Promise<void> {
  return new Promise((resolve) => {
    const done = (): void => {
      clearTimeout(timer);
      removeEventListener("online", done);
      resolve();
    };
    const timer = setTimeout(done, ms);
    addEventListener("online", done);
  });
}
