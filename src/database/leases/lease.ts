import type { EntityManager, FindOptionsWhere } from "typeorm";
import { askDatabase } from "../ask-database.js";
import type { Transactions } from "../transactions.js";
import { LeaseRow } from "./lease.entity.js";

/** Another process does the job now, or may do so: what was to be written is not. */
export class LeaseLostError extends Error {
  readonly code = "LEASE_LOST";

  constructor(name: string) {
    super(`another process may hold the lease ${name} by now; nothing more is written under this one`);
    this.name = "LeaseLostError";
  }
}

/** What a transaction that does not go through TypeORM checks, and changes, before it writes under a lease. */
export interface Fence {
  readonly name: string;
  readonly holder: string;
  readonly token: number;
}

export interface LeaseTerms extends Fence {
  /** Others wait for so long a silence before they take the lease over. */
  readonly leaseMs: number;
}

/** Of the lease's time: renewed after each third, given up before the end, tried again soon when renewing failed. */
const RENEW_AFTER = 1 / 3;
const GIVE_UP_AFTER = 0.8;
const TRY_AGAIN_AFTER = 0.1;

/**
 * A lease that this process holds. It renews itself until it is released; where that fails for too long by this process's
 * own monotonic clock, `signal` tells the work to stop. What counts in the end is the token: `write` checks it in the
 * transaction that writes, so that a process which was frozen, and does not know how late it is, writes nothing.
 */
export class Lease {
  readonly token: number;
  private readonly lost = new AbortController();
  private readonly key: FindOptionsWhere<LeaseRow>;
  private giveUp: NodeJS.Timeout | undefined;
  private renewal: NodeJS.Timeout | undefined;
  private writes = 0;
  private ended = false;

  /** `acquiredAtMs`: by the monotonic clock, just before the lease was asked for. */
  constructor(
    private readonly terms: LeaseTerms,
    private readonly manager: EntityManager,
    private readonly transactions: Transactions,
    acquiredAtMs: number,
  ) {
    const { name, token, holder } = terms;
    this.token = token;
    this.key = { name, token, holder };
    this.extend(acquiredAtMs);
    this.renewIn(terms.leaseMs * RENEW_AFTER);
  }

  /** Aborts when the lease may be another's. */
  get signal(): AbortSignal {
    return this.lost.signal;
  }

  /**
   * Runs `work` in a transaction that keeps nothing unless the lease is still held: until it has ended nobody can take
   * the lease over. It may be called again while the database is locked, and writes by the manager it is given alone.
   * Throws LeaseLostError and BackendUnavailableError.
   */
  write<T>(work: (manager: EntityManager) => Promise<T>): Promise<T> {
    return this.fenced(() =>
      this.transactions.run(async (manager) => {
        await this.stamp(manager, {});
        return work(manager);
      }),
    );
  }

  /**
   * As write, for a transaction on a connection of its own: it must begin with
   * `UPDATE leases SET version = version + 1 WHERE name = .. AND holder = .. AND token = ..` and throw LeaseLostError
   * unless that found its row.
   */
  async fenced<T>(write: (fence: Fence) => Promise<T>): Promise<T> {
    if (this.ended) throw new LeaseLostError(this.terms.name);
    this.writes++;
    try {
      const startedAtMs = performance.now();
      const { name, holder, token } = this.terms;
      const result = await write({ name, holder, token });
      this.extend(startedAtMs);
      return result;
    } catch (error) {
      if (error instanceof LeaseLostError) this.end(error);
      throw error;
    } finally {
      this.writes--;
    }
  }

  /**
   * Lets the next one in at once. `finished`: the work came to its end; else whoever looks next takes it up. A lease that
   * was lost is not ours to release. Throws BackendUnavailableError; the others then wait until the silence is long enough.
   */
  async release({ finished }: { finished: boolean }): Promise<void> {
    if (this.ended) return;
    this.end();
    try {
      await askDatabase(() => this.stamp(this.manager, { holder: null, finished }));
    } catch (error) {
      if (!(error instanceof LeaseLostError)) throw error;
    }
  }

  /** Every change of the row is a sign of life. On PostgreSQL it also locks the row until the transaction ends. */
  private async stamp(manager: EntityManager, change: { holder?: null; finished?: boolean }): Promise<void> {
    const { affected } = await manager.update(LeaseRow, this.key, { ...change, version: () => "version + 1" });
    if (affected !== 1) throw new LeaseLostError(this.terms.name);
  }

  private async renew(): Promise<void> {
    const { leaseMs } = this.terms;
    try {
      // A write renews too, and on PostgreSQL this would wait for its lock.
      if (this.writes === 0) {
        const startedAtMs = performance.now();
        await askDatabase(() => this.stamp(this.manager, {}), { giveUpAfterMs: leaseMs * TRY_AGAIN_AFTER });
        this.extend(startedAtMs);
      }
      this.renewIn(leaseMs * RENEW_AFTER);
    } catch (error) {
      if (error instanceof LeaseLostError) this.end(error);
      else this.renewIn(leaseMs * TRY_AGAIN_AFTER);
    }
  }

  private renewIn(delayMs: number): void {
    if (this.ended) return;
    this.renewal = setTimeout(() => void this.renew(), delayMs).unref();
  }

  /** The others' wait begins anew when they see the sign of life that was given after `fromMs`. */
  private extend(fromMs: number): void {
    if (this.ended) return;
    clearTimeout(this.giveUp);
    const { name, leaseMs } = this.terms;
    this.giveUp = setTimeout(
      () => {
        this.end(new LeaseLostError(name));
      },
      fromMs + leaseMs * GIVE_UP_AFTER - performance.now(),
    ).unref();
  }

  private end(reason?: LeaseLostError): void {
    if (this.ended) return;
    this.ended = true;
    clearTimeout(this.giveUp);
    clearTimeout(this.renewal);
    if (reason) this.lost.abort(reason);
  }
}
