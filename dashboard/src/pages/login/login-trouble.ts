import { ApiError, AwayError, isPassing } from "../../api/http.ts";

export interface LoginTrouble {
  readonly title: string;
  readonly text: string;
  /** Whether it is not the fault of what was typed. */
  readonly passing: boolean;
  /** Seconds that are left until another try makes sense. */
  readonly waitSeconds?: number;
}

/** Why a login did not work, `elapsedMs` after it was tried. */
export function loginTrouble(error: unknown, elapsedMs: number): LoginTrouble {
  if (error instanceof AwayError) {
    return { title: "The server is away", text: "No node answers. Your login is not the reason.", passing: true };
  }
  if (!(error instanceof ApiError)) return { title: "This did not work", text: "Try again.", passing: false };
  const { status, message, retryAfterSeconds } = error;
  if (status === 429) {
    const waitSeconds = Math.max(0, Math.ceil((retryAfterSeconds ?? 0) - elapsedMs / 1000));
    return { title: "Too many tries", text: message, passing: true, waitSeconds };
  }
  if (isPassing(error)) return { title: "The server cannot check a login now", text: message, passing: true };
  return { title: "You are not logged in", text: message, passing: false };
}
