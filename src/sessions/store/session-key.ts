import { createHash } from "node:crypto";

/** What a session is called where it is stored: whoever can read the store can take over no session. 64 hex digits. */
export function sessionKeyOf(sessionId: string): string {
  return createHash("sha256").update(sessionId).digest("hex");
}
