import type { DocumentCipher } from "../../database/document-cipher.js";
import type { NotificationView } from "../incidents/incident-answer.js";
import { isoTimeOrNull } from "../incidents/incident-view.js";
import type { Notification } from "./notification.entity.js";

/** Names a notification for its receiver, which may get it more than once: the same at every attempt. */
export function idempotencyKey({
  incident,
  what,
  receiver,
  digest,
}: Pick<Notification, "incident" | "what" | "receiver" | "digest">): string {
  return digest ?? `${incident}-${what}-${receiver}`;
}

export function notificationView(cipher: DocumentCipher, notification: Notification): NotificationView {
  return {
    key: idempotencyKey(notification),
    receiver: notification.receiver,
    what: notification.what,
    attempts: notification.attempts,
    next_attempt_at: isoTimeOrNull(notification.nextAttemptAt),
    delivered_at: isoTimeOrNull(notification.deliveredAt),
    failed_at: isoTimeOrNull(notification.failedAt),
    last_error: errorOf(cipher, notification),
  };
}

export function errorOf(cipher: DocumentCipher, { lastError }: Pick<Notification, "lastError">): string | null {
  if (lastError === null) return null;
  try {
    return JSON.parse(cipher.open(lastError)) as string;
  } catch {
    return null;
  }
}
