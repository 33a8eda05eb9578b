import type { HighFigure, MachineConflict } from "../store/fleet-store.js";
import { CRITICAL_PERCENT } from "./summary-view.js";

/** Something about a machine that an operator should look at. */
export interface Trouble {
  readonly machineId: string;
  readonly type: "offline" | "id_conflict" | HighFigure["figure"];
  readonly severity: "warning" | "critical";
  /** Of a high figure. */
  readonly percent: number | null;
  /** Milliseconds since 1970 UTC; null where nobody knows. */
  readonly since: number | null;
}

export interface Troubles {
  /** Machines that do not report, the latest lost first. */
  readonly offline: readonly { readonly machineId: string; readonly lastSeen: number }[];
  /** The worst first. */
  readonly high: readonly HighFigure[];
  readonly conflicts: readonly MachineConflict[];
}

const SHOWN = 10;
/** What is lost must not hide what is about to be. */
const SHOWN_OFFLINE = 4;
/** What has been gone for so long, nobody waits for. */
const FORGOTTEN_MS = 7 * 86_400_000;

/** The ten worst: machines lost lately, critical figures, conflicts, high figures, and what was lost long ago. */
export function worstTroubles({ offline, high, conflicts }: Troubles, now: number): Trouble[] {
  const lost = offline.map(({ machineId, lastSeen }): Trouble => ({
    machineId,
    type: "offline",
    severity: "critical",
    percent: null,
    since: lastSeen,
  }));
  const isRecent = ({ since }: Trouble) => since !== null && now - since < FORGOTTEN_MS;
  const figures = high.map(({ machineId, figure, percent }): Trouble => ({
    machineId,
    type: figure,
    severity: percent > CRITICAL_PERCENT ? "critical" : "warning",
    percent,
    since: null,
  }));
  const others = [
    ...figures.filter(({ severity }) => severity === "critical"),
    ...conflicts.map(({ machineId, at }): Trouble => ({
      machineId,
      type: "id_conflict",
      severity: "warning",
      percent: null,
      since: at,
    })),
    ...figures.filter(({ severity }) => severity === "warning"),
  ];
  const recent = lost.filter(isRecent);
  const first = recent.slice(0, Math.max(SHOWN_OFFLINE, SHOWN - others.length));
  return [...first, ...others, ...recent.slice(first.length), ...lost.filter((trouble) => !isRecent(trouble))].slice(
    0,
    SHOWN,
  );
}
