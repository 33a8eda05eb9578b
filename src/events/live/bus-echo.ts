export interface EchoActions {
  /** Says this number over the bus. */
  call(number: number): void;
  /** The bus carries what is said, which it did not before. */
  found(): void;
  /** A call has not come back in time; told again for each that does not. */
  lost(): void;
}

const CALL_EVERY_MS = 2_000;
/** An echo that takes longer than this counts as none. */
const WAIT_MS = 2_000;

/** Finds out whether the bus works: what this node says over it must come back. */
export class BusEcho {
  private timer: NodeJS.Timeout | undefined;
  private lastCall = 0;
  private calledAt = -Infinity;
  private lastHeard = 0;
  private works = false;

  constructor(
    private readonly actions: EchoActions,
    private readonly nowMs: () => number = () => performance.now(),
  ) {}

  /** Whether the bus has carried the last call, or may still carry it. */
  get isHeard(): boolean {
    return this.works && !this.isLate;
  }

  start(): void {
    this.works = false;
    this.timer = setInterval(() => {
      this.callOut();
    }, CALL_EVERY_MS);
    this.callOut();
  }

  stop(): void {
    clearInterval(this.timer);
  }

  heard(number: number): void {
    // An old one says nothing of the bus as it is now.
    if (number !== this.lastCall) return;
    const wasHeard = this.isHeard;
    this.lastHeard = number;
    this.works = true;
    if (!wasHeard) this.actions.found();
  }

  private get isWaiting(): boolean {
    return this.lastCall > this.lastHeard;
  }

  private get isLate(): boolean {
    return this.isWaiting && this.nowMs() - this.calledAt > WAIT_MS;
  }

  private callOut(): void {
    if (this.isWaiting && !this.isLate) return;
    if (this.isLate) {
      this.works = false;
      this.actions.lost();
    }
    this.lastCall += 1;
    this.calledAt = this.nowMs();
    this.actions.call(this.lastCall);
  }
}
