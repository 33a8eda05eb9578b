import { mayReload } from "./may-reload.ts";

const RELOADED_AT = "fleet-reloaded-at";

/** Whether this document would be answered: without it a reload leaves nothing on screen but the browser's own error. */
export async function serverAnswers(): Promise<boolean> {
  try {
    const { ok } = await fetch("/login", { method: "HEAD", cache: "no-store", signal: AbortSignal.timeout(5_000) });
    return ok;
  } catch {
    return false;
  }
}

/** Loads the page anew if the server answers and that was not just done; resolves with whether it does. */
export async function reloadOnce(): Promise<boolean> {
  if (!mayReload(sessionStorage.getItem(RELOADED_AT), Date.now()) || !(await serverAnswers())) return false;
  sessionStorage.setItem(RELOADED_AT, String(Date.now()));
  window.location.reload();
  return true;
}
