/** A machine that has not reported for a while. */
export interface SilentMachine {
  readonly machineId: string;
  readonly lastSeen: number;
  /** Its own limit; null where it is never called offline. */
  readonly offlineAfterMs: number | null;
}

export interface MassLimits {
  readonly atLeast: number;
  readonly windowMs: number;
}

/** The machines of a mass loss are all that were last seen between these times, inclusive. */
export interface LossWindow {
  readonly from: number;
  readonly to: number;
}

export interface Losses {
  /** Each an incident of its own. */
  readonly single: readonly SilentMachine[];
  /** Many together; those that are about to be lost among them, but one is lost at least. */
  readonly mass: (LossWindow & { readonly machines: readonly SilentMachine[] }) | null;
  /** The end of the open mass loss that some belong to, moved on; null where none does. */
  readonly joinedTo: number | null;
}

/** Less would take in agents that report seldom, more would miss those that had reported just before. */
const SUSPECT = 0.75;

/** How long a machine must have been silent to be counted with those that are lost already. */
export function suspectAfterMs(offlineAfterMs: number, { windowMs }: Pick<MassLimits, "windowMs">): number {
  return Math.max(offlineAfterMs * SUSPECT, offlineAfterMs - windowMs);
}

/**
 * What becomes of silent machines, sorted by `lastSeen`, for which nothing is open. A switch takes its machines away in
 * one moment, but they are noticed one after the other, as each had reported last: so those that are near their
 * limit count when the first is lost, and no single incident comes before the one about all. `gathering`: the window of a
 * mass loss that is still taking machines in.
 */
export function judgeLosses(
  machines: readonly SilentMachine[],
  now: number,
  limits: MassLimits,
  gathering: LossWindow | null,
): Losses {
  const { windowMs, atLeast } = limits;
  const isLost = ({ lastSeen, offlineAfterMs }: SilentMachine) =>
    offlineAfterMs !== null && now - lastSeen >= offlineAfterMs;
  const isSuspect = ({ lastSeen, offlineAfterMs }: SilentMachine) =>
    offlineAfterMs !== null && now - lastSeen >= suspectAfterMs(offlineAfterMs, limits);
  const joins = (machine: SilentMachine) =>
    gathering !== null &&
    isLost(machine) &&
    machine.lastSeen >= gathering.from &&
    machine.lastSeen <= gathering.to + windowMs;

  const joined = machines.filter(joins);
  const others = machines.filter((machine) => !joins(machine));
  const crowd = densest(others.filter(isSuspect), windowMs, isLost);
  const mass = crowd.length >= atLeast ? crowd : [];
  const inMass = new Set(mass);
  const [first, last] = [mass[0], mass.at(-1)];
  return {
    single: others.filter((machine) => isLost(machine) && !inMass.has(machine)),
    mass: first && last ? { from: first.lastSeen, to: last.lastSeen, machines: mass } : null,
    joinedTo: joined.at(-1)?.lastSeen ?? null,
  };
}

/** The most machines that stopped within `windowMs` of each other, one of them being what is asked for. */
function densest(
  machines: readonly SilentMachine[],
  windowMs: number,
  isLost: (machine: SilentMachine) => boolean,
): readonly SilentMachine[] {
  let best = { from: 0, to: 0 };
  let from = 0;
  for (const [index, machine] of machines.entries()) {
    while ((machines[from]?.lastSeen ?? 0) < machine.lastSeen - windowMs) from++;
    const isLonger = index + 1 - from > best.to - best.from;
    // They are sorted, but each may have a limit of its own.
    if (isLonger && machines.slice(from, index + 1).some(isLost)) best = { from, to: index + 1 };
  }
  return machines.slice(best.from, best.to);
}

/** Whether a mass loss is over: most machines are back, and those that are not can be told one by one. */
export function isOver({ count, missing }: { count: number; missing: number }, atLeast: number): boolean {
  return missing <= Math.max(Math.floor(count * 0.2), Math.ceil(atLeast / 2) - 1);
}
