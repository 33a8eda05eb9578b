import { FleetError } from "../common/fleet-error.js";

/** The last event of a page. */
export interface EventPosition {
  readonly at: number;
  readonly id: number;
}

/** Clients pass a cursor back as it is; what is in it is ours to change. */
export function encodeEventCursor({ at, id }: EventPosition): string {
  return Buffer.from(JSON.stringify([at, id])).toString("base64url");
}

/** Throws FleetError 400 for a cursor that `encodeEventCursor` did not make. */
export function decodeEventCursor(cursor: string): EventPosition {
  let parts: unknown;
  try {
    parts = JSON.parse(Buffer.from(cursor, "base64url").toString("utf8"));
  } catch {
    // Falls through to the refusal below.
  }
  if (Array.isArray(parts) && parts.length === 2) {
    const [at, id] = parts as [unknown, unknown];
    if (isWholeNumber(at) && isWholeNumber(id)) return { at, id };
  }
  throw new FleetError(400, "INVALID_CURSOR", "The cursor is not one that this server gave; start at the first page.");
}

function isWholeNumber(value: unknown): value is number {
  return Number.isSafeInteger(value);
}
