import type { z } from "zod";
import { FleetError } from "../common/fleet-error.js";

/** The value as the API's body of that shape would take it. Throws FleetError, naming what is wrong. */
export function checked<Schema extends z.ZodType>(schema: Schema, value: unknown): z.output<Schema> {
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  const sentences = result.error.issues.map(({ path, message }) => `${path.join(".")}: ${message}`);
  throw new FleetError(400, "INVALID_REQUEST", sentences.join("; "));
}
