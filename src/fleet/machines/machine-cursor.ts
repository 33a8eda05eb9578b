import { FleetError } from "../../common/fleet-error.js";
import type { MachineQuery } from "./machine-query.js";

type Position = NonNullable<MachineQuery["after"]>;

/** Clients pass a cursor back as it is; what is in it is ours to change. */
export function encodeCursor(position: Position): string {
  return Buffer.from(JSON.stringify([position.value, position.machineId])).toString("base64url");
}

/** Throws FleetError 400 for a cursor that `encodeCursor` did not make. */
export function decodeCursor(cursor: string): Position {
  let parts: unknown;
  try {
    parts = JSON.parse(Buffer.from(cursor, "base64url").toString("utf8"));
  } catch {
    // Falls through to the refusal below.
  }
  if (Array.isArray(parts) && parts.length === 2) {
    const [value, machineId] = parts as [unknown, unknown];
    if ((typeof value === "number" || typeof value === "string") && typeof machineId === "string") {
      return { value, machineId };
    }
  }
  throw new FleetError(400, "INVALID_CURSOR", "The cursor is not one that this server gave; start at the first page.");
}
