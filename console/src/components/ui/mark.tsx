/** The thunderbolt. */
export function Mark({ className }: { className?: string }) {
  return <img src="/mark.svg" alt="" width="32" height="32" className={className} />;
}
