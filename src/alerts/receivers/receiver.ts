import type { NotificationView, ToldIncident } from "../incidents/incident-answer.js";

/** What a receiver is told. */
export interface Message {
  /** The same at every attempt: whoever has seen it may drop the repeat. */
  readonly key: string;
  readonly what: NotificationView["what"] | "test";
  readonly incident: ToldIncident;
  /** What has befallen others at the same time; nothing but for receivers that `readsDigests`. */
  readonly others: readonly ToldIncident[];
}

/** What is the same in every message. */
export interface Letterhead {
  readonly organization: string;
  /** Where people see incidents; without a slash at its end. */
  readonly webUrl: string | undefined;
}

/** Somebody who is told of incidents. */
export interface Receiver {
  /** The host or the addresses; never what lets one in. */
  readonly target: string;
  /** Whether many incidents may come as one message: people read them, programs want each by itself. */
  readonly readsDigests: boolean;
  /** Resolves when the message was taken over. Throws DeliveryError, and gives up when `signal` aborts. */
  send(message: Message, signal: AbortSignal): Promise<void>;
}

/** A message was not taken over, as far as is known. Holds no secret: it is stored and shown. */
export class DeliveryError extends Error {
  readonly code = "DELIVERY_FAILED";
  /** Some have it: to send it again would tell them again and again. */
  readonly isPartial: boolean;

  constructor(message: string, { isPartial = false } = {}) {
    super(message);
    this.isPartial = isPartial;
  }
}

/** Where the page of the incident is, or null. */
export function linkTo({ incident, others, what }: Message, { webUrl }: Letterhead): string | null {
  if (webUrl === undefined) return null;
  return what === "test" || others.length > 0 ? `${webUrl}/alerts` : `${webUrl}/alerts?incident=${incident.id}`;
}
