import { Search } from "lucide-react";
import { useEffect, useRef, useState, type ReactNode } from "react";
import { Button } from "@/components/ui/button";
import { Input } from "@/components/ui/input";
import { common } from "@/i18n/common";

const PAUSE_MS = 250;

/** The row of filters over a list; what they say stands in the address. */
export function Filters({ onClear, children }: { onClear?: () => void; children: ReactNode }) {
  return (
    <div role="search" className="mb-4 flex flex-wrap items-center gap-2 *:grow sm:*:grow-0">
      {children}
      {onClear && (
        <Button look="quiet" onClick={onClear}>
          {common.clear}
        </Button>
      )}
    </div>
  );
}

/** A search that waits for a pause in typing. */
export function SearchBox({ label, value, onSearch }: { label: string; value: string; onSearch: (text: string) => void }) {
  const [text, setText] = useState(value);
  const sent = useRef(value);
  // What was searched for comes back as `value` a moment later, when more may have been typed already.
  const told = useRef(new Set<string>());
  const search = useRef(onSearch);
  search.current = onSearch;
  useEffect(() => {
    if (value === sent.current) told.current.clear();
    if (value === sent.current || told.current.has(value)) return;
    sent.current = value;
    setText(value);
  }, [value]);
  useEffect(() => {
    if (text === sent.current) return;
    const page = location.pathname;
    const timer = setTimeout(() => {
      // Who has left meanwhile is not fetched back, even while the next page is still loading.
      if (location.pathname !== page) return;
      sent.current = text;
      told.current.add(text);
      search.current(text);
    }, PAUSE_MS);
    return () => clearTimeout(timer);
  }, [text]);
  return (
    <div className="relative min-w-56 flex-1 sm:max-w-sm sm:grow!">
      <Search className="text-soft pointer-events-none absolute top-3.5 left-3 size-4" aria-hidden />
      <Input
        type="search"
        aria-label={label}
        placeholder={label}
        className="pl-9"
        value={text}
        onChange={(event) => setText(event.target.value)}
      />
    </div>
  );
}
