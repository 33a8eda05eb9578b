import { useEffect, useState } from "react";

/** Whether somebody may look at the page: it has not been hidden for longer than this. */
export function useShown(graceMs: number): boolean {
  const [shown, setShown] = useState(() => document.visibilityState !== "hidden");
  useEffect(() => {
    let timer: ReturnType<typeof setTimeout> | undefined;
    const look = () => {
      clearTimeout(timer);
      if (document.visibilityState !== "hidden") setShown(true);
      else timer = setTimeout(() => setShown(false), graceMs);
    };
    document.addEventListener("visibilitychange", look);
    return () => {
      clearTimeout(timer);
      document.removeEventListener("visibilitychange", look);
    };
  }, [graceMs]);
  return shown;
}
