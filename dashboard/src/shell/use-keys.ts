import { useEffect, useRef } from "react";
import { useNavigate } from "react-router";
import { places } from "./places.ts";

/** How long `g` waits for the key that follows. */
const FOLLOW_MS = 1_500;

interface Actions {
  readonly openPalette: () => void;
  readonly openHelp: () => void;
}

/** The keys that work on every page: Ctrl-K, `?`, `/`, and `g` with a place's letter. */
export function useKeys({ openPalette, openHelp }: Actions): void {
  const navigate = useNavigate();
  const goneAt = useRef(-Infinity);
  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === "k") {
        event.preventDefault();
        openPalette();
        return;
      }
      if (event.ctrlKey || event.metaKey || event.altKey || isTyping(event.target)) return;
      const follows = event.timeStamp - goneAt.current < FOLLOW_MS;
      goneAt.current = event.key === "g" ? event.timeStamp : -Infinity;
      const place = follows ? places.find(({ key }) => key === event.key) : undefined;
      if (place) void navigate(place.path);
      else if (event.key === "?") openHelp();
      else if (event.key === "/") {
        const search = document.querySelector<HTMLInputElement>("input[type=search]");
        if (search) search.focus();
        else openPalette();
        event.preventDefault();
      }
    };
    document.addEventListener("keydown", onKey);
    return () => document.removeEventListener("keydown", onKey);
  }, [navigate, openPalette, openHelp]);
}

/** Keys mean themselves where text goes in, and belong to whatever dialog is open. */
export function isTyping(target: EventTarget | null): boolean {
  return (
    target instanceof Element && target.closest("input, textarea, select, [contenteditable], [role=dialog]") !== null
  );
}
