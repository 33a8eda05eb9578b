import type { ToldIncident } from "../incidents/incident-answer.js";

/** What a receiver is told. */
export interface Message {
  /** The same at every attempt: whoever has seen it may drop the repeat. */
  readonly key: string;
  readonly what: "opened" | "closed" | "test";
  readonly incident: ToldIncident;
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
export function linkTo({ incident, what }: Message, { webUrl }: Letterhead): string | null {
  if (webUrl === undefined) return null;
  return what === "test" ? `${webUrl}/alerts` : `${webUrl}/alerts?incident=${incident.id}`;
}
