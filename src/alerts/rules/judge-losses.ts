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
  /** Each of many together; those that are about to be lost among them, but one is lost at least. */
  readonly masses: readonly (LossWindow & { readonly machines: readonly SilentMachine[] })[];
  /** The open mass losses that some belong to, and their ends, moved on. */
  readonly joined: readonly { readonly window: LossWindow; readonly to: number }[];
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
 * limit count when the first is lost, and no single incident comes before the one about all. Whoever stopped soon after
 * the machines of a loss that is `gathering` belongs to that.
 */
export function judgeLosses(
  machines: readonly SilentMachine[],
  now: number,
  limits: MassLimits,
  gathering: readonly LossWindow[],
): Losses {
  const { windowMs } = limits;
  const isLost = ({ lastSeen, offlineAfterMs }: SilentMachine) =>
    offlineAfterMs !== null && now - lastSeen >= offlineAfterMs;
  const isSuspect = ({ lastSeen, offlineAfterMs }: SilentMachine) =>
    offlineAfterMs !== null && now - lastSeen >= suspectAfterMs(offlineAfterMs, limits);
  const lossOf = ({ lastSeen }: SilentMachine) =>
    gathering.find(({ from, to }) => lastSeen >= from && lastSeen <= to + windowMs);
  const joins = (machine: SilentMachine) => isLost(machine) && lossOf(machine) !== undefined;

  const joining = machines.filter(joins);
  const others = machines.filter((machine) => !joins(machine));
  const crowds = crowdsOf(others.filter(isSuspect), limits, isLost);
  const inCrowd = new Set(crowds.flat());
  return {
    single: others.filter((machine) => isLost(machine) && !inCrowd.has(machine)),
    masses: crowds.map((crowd) => ({
      from: crowd[0]?.lastSeen ?? 0,
      to: crowd.at(-1)?.lastSeen ?? 0,
      machines: crowd,
    })),
    joined: gathering.flatMap((window) => {
      const last = joining.findLast((machine) => lossOf(machine) === window);
      return last ? [{ window, to: last.lastSeen }] : [];
    }),
  };
}

function crowdsOf(
  machines: readonly SilentMachine[],
  { atLeast, windowMs }: MassLimits,
  isLost: (machine: SilentMachine) => boolean,
): (readonly SilentMachine[])[] {
  const crowds: (readonly SilentMachine[])[] = [];
  for (let rest = machines; rest.length >= atLeast;) {
    const crowd = densest(rest, windowMs, isLost);
    if (crowd.length < atLeast) break;
    crowds.push(crowd);
    const taken = new Set(crowd);
    rest = rest.filter((machine) => !taken.has(machine));
  }
  return crowds;
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
