import { type RefObject, useEffect, useRef } from "react";
import { isTyping } from "../shell/use-keys.ts";

/** `j` and `k` walk over the rows of a table's body, Enter opens the one that has the focus. */
export function useRowKeys(open: (row: number) => void): RefObject<HTMLTableSectionElement | null> {
  const body = useRef<HTMLTableSectionElement>(null);
  const openNow = useRef(open);
  useEffect(() => {
    openNow.current = open;
  });
  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      if (event.ctrlKey || event.metaKey || event.altKey || isTyping(event.target)) return;
      const rows = [...(body.current?.rows ?? [])];
      const current = rows.findIndex((row) => row.contains(document.activeElement));
      if (event.key === "j") rows[Math.min(current + 1, rows.length - 1)]?.focus();
      else if (event.key === "k") rows[Math.max(current - 1, 0)]?.focus();
      else if (event.key === "Enter" && rows[current] === document.activeElement) openNow.current(current);
    };
    document.addEventListener("keydown", onKey);
    return () => document.removeEventListener("keydown", onKey);
  }, []);
  return body;
}
