import { useEffect, useRef } from "react";
import { NavigationType, useLocation, useNavigationType } from "react-router";

/** Where the focus was on pages that one may come back to: the machine of the row, by the place in the history. */
const rows = new Map<string, string>();
const MOST_ROWS = 50;
let lastPlace: string | undefined;

/** The sections of the settings are one page. */
function placeOf(pathname: string): string {
  return pathname.startsWith("/settings/") ? "/settings" : pathname;
}

/** To be called where a row has the focus. */
export function rememberRow(historyKey: string, machineId: string): void {
  rows.delete(historyKey);
  rows.set(historyKey, machineId);
  for (const oldest of rows.keys()) {
    if (rows.size <= MOST_ROWS) break;
    rows.delete(oldest);
  }
}

/**
 * Moves the focus to the page's heading when one arrives at another page, so that it is announced and the keyboard goes
 * on from there; back on a list, to the row that one left.
 */
export function useArrival() {
  const heading = useRef<HTMLHeadingElement>(null);
  const { pathname, key } = useLocation();
  const isReturn = useNavigationType() === NavigationType.Pop;
  const place = placeOf(pathname);
  useEffect(() => {
    const isFirst = lastPlace === undefined;
    if (lastPlace === place) return;
    lastPlace = place;
    // The document itself has just been loaded: the browser begins at its top.
    if (isFirst) return;
    const row = isReturn ? rows.get(key) : undefined;
    const left =
      row === undefined ? null : document.querySelector<HTMLElement>(`main tr[data-machine=${CSS.escape(row)}]`);
    (left ?? heading.current)?.focus({ preventScroll: true });
  }, [place, key, isReturn]);
  return heading;
}
