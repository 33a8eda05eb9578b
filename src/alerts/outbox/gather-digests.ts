import { idempotencyKey } from "./notification-view.js";
import type { Notification } from "./notification.entity.js";

/** More than this, found by one look, are one message to whoever reads them. */
const MAX_SINGLE = 10;
/** And no message is about more. */
const MAX_GATHERED = 100;

/** Of what becomes due at one time: gives those for a reader of digests the key of the message that they go out as. */
export function gatherDigests(
  rows: readonly Notification[],
  readsDigests: (receiver: string) => boolean,
): Notification[] {
  const ofReceiver = new Map<string, Notification[]>();
  for (const row of rows) {
    const own = ofReceiver.get(row.receiver);
    if (own) own.push(row);
    else ofReceiver.set(row.receiver, [row]);
  }
  return [...ofReceiver].flatMap(([receiver, own]) => {
    if (own.length <= MAX_SINGLE || !readsDigests(receiver)) return own;
    return own.map((row, index) => {
      const start = index - (index % MAX_GATHERED);
      const others = Math.min(MAX_GATHERED, own.length - start) - 1;
      return { ...row, digest: `${idempotencyKey(own[start] ?? row)}-and-${others}-more` };
    });
  });
}
