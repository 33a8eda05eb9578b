import { idempotencyKey } from "./notification-view.js";
import type { Notification } from "./notification.entity.js";

/** More than this, found by one look, are one message to whoever reads them. */
const MAX_SINGLE = 10;
/** And no message is about more. */
const MAX_GATHERED = 100;

/** Of what becomes due at one time: gives those for a reader of digests the key of the message that they go out as. */
export function gatherDigests(rows: readonly Notification[], readsDigests: (receiver: string) => boolean): void {
  const ofReceiver = new Map<string, Notification[]>();
  for (const row of rows) {
    const own = ofReceiver.get(row.receiver);
    if (own) own.push(row);
    else ofReceiver.set(row.receiver, [row]);
  }
  for (const [receiver, own] of ofReceiver) {
    if (own.length > MAX_SINGLE && readsDigests(receiver)) {
      for (let start = 0; start < own.length; start += MAX_GATHERED) gather(own.slice(start, start + MAX_GATHERED));
    }
  }
}

function gather(rows: readonly Notification[]): void {
  const [first] = rows;
  if (!first || rows.length === 1) return;
  const key = `${idempotencyKey(first)}-and-${rows.length - 1}-more`;
  for (const row of rows) row.digest = key;
}
