/** What one question for another clock's time told, on this machine's monotonic clock; all in milliseconds. */
export interface ClockReading {
  /** The other clock minus the monotonic one. */
  readonly offsetMs: number;
  /** Half of the round trip: the true offset lies within, whichever way took longer. */
  readonly uncertaintyMs: number;
  readonly takenAtMs: number;
}

/** How far two clocks may come apart: twice what NTP corrects at most, 500 parts per million. */
const DRIFT = 0.001;

/** `otherMs` is what the other clock said somewhere between `askedMs` and `answeredMs` of the monotonic one. */
export function readingOf(askedMs: number, answeredMs: number, otherMs: number): ClockReading {
  const middleMs = (askedMs + answeredMs) / 2;
  return { offsetMs: otherMs - middleMs, uncertaintyMs: (answeredMs - askedMs) / 2, takenAtMs: answeredMs };
}

/**
 * The reading to go by: the surer one, the known one having become less sure with age. One that contradicts the known one
 * is true however slow it was: the other clock was set, or another server took over.
 */
export function surerReading(known: ClockReading | undefined, fresh: ClockReading): ClockReading {
  if (known === undefined) return fresh;
  const knownWithinMs = known.uncertaintyMs + (fresh.takenAtMs - known.takenAtMs) * DRIFT;
  if (fresh.uncertaintyMs <= knownWithinMs) return fresh;
  const contradicts = Math.abs(fresh.offsetMs - known.offsetMs) > fresh.uncertaintyMs + knownWithinMs;
  return contradicts ? fresh : known;
}
