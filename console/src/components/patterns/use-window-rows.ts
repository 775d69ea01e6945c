/** Which rows of a long list stand in the page: those in the window and some around it. */
import { useWindowVirtualizer } from "@tanstack/react-virtual";
import { useLayoutEffect, useRef, useState } from "react";

/** Lists up to this length are simply there, as a browser's own search expects. */
const SHORT = 60;
const AROUND = 10;

export interface WindowRows {
  box: React.RefObject<HTMLDivElement | null>;
  /** Numbers of the rows to show. */
  shown: number[];
  /** Pixels of the rows left out before and after. */
  before: number;
  after: number;
  measure: ((row: Element | null) => void) | undefined;
}

export function useWindowRows(count: number, rowPixels: number): WindowRows {
  const box = useRef<HTMLDivElement>(null);
  const [top, setTop] = useState(0);
  // What stands above the list (filters that wrap, a banner) may change its place at any render.
  useLayoutEffect(() => {
    const now = box.current ? Math.round(box.current.getBoundingClientRect().top + window.scrollY) : 0;
    if (Math.abs(now - top) > 1) setTop(now);
  });
  // It watches short lists too: begun late, it would take the top of the page for the place where the reader is.
  const rows = useWindowVirtualizer({
    count,
    estimateSize: () => rowPixels,
    overscan: AROUND,
    scrollMargin: top,
    // A row that is not laid out has no height; taken at its word, all of them would fit into the window.
    measureElement: (row) => row.getBoundingClientRect().height || rowPixels,
  });
  if (count <= SHORT) return { box, shown: Array.from({ length: count }, (_, row) => row), before: 0, after: 0, measure: undefined };
  const shown = rows.getVirtualItems();
  const first = shown[0];
  const last = shown.at(-1);
  return {
    box,
    shown: shown.map((row) => row.index),
    before: first ? first.start - top : 0,
    after: last ? rows.getTotalSize() - (last.end - top) : rows.getTotalSize(),
    measure: rows.measureElement,
  };
}
