import type { AcceptedReport } from "./fleet-store.js";

/** Which machine uses an id, which one did before, and when two were last found to use it in turns. */
export interface MachineIdentity {
  readonly identity: string | null;
  readonly formerIdentity: string | null;
  readonly conflictAt: number | null;
}

/**
 * What a report with new info says of its machine's identity. A restart or a new mainboard changes it once; where it
 * changes back, two machines report under one id.
 */
export function identityAfter(
  { identity, arrivedAt }: Pick<AcceptedReport, "identity" | "arrivedAt">,
  known: MachineIdentity,
): MachineIdentity {
  if (identity === null || identity === known.identity) return known;
  const isBack = identity === known.formerIdentity;
  return { identity, formerIdentity: known.identity, conflictAt: isBack ? arrivedAt : known.conflictAt };
}
