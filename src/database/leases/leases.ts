import type { Repository } from "typeorm";
import { askDatabase } from "../ask-database.js";
import type { Transactions } from "../transactions.js";
import type { LeaseRow } from "./lease.entity.js";
import { Lease } from "./lease.js";

/** How long a lease must have been silent before another process takes it over. */
const LEASE_MS = 30_000;

/** A lease as it is seen just now. */
export interface LeaseState {
  readonly token: number;
  readonly held: boolean;
  /** 0: it can be had; else how long the silence has to go on, in milliseconds. */
  readonly freeInMs: number;
  /** Whether the last holder came to the end of its work; false before the first. */
  readonly finished: boolean;
}

interface Sight {
  readonly version: number;
  readonly sinceMs: number;
}

/**
 * Leases in the fleet's database: of all processes at most one does what has a name. No clock takes part but each
 * process's own monotonic one: a lease is free when it was released, or when it did not change for `leaseMs` under the
 * eyes of the process that wants it. Why is told in docs/decisions/0016-leases-end-by-silence.md.
 */
export class Leases {
  private readonly sights = new Map<string, Sight>();

  /** `holder` must name this process alone. */
  constructor(
    private readonly rows: Repository<LeaseRow>,
    private readonly transactions: Transactions,
    private readonly holder: string,
    private readonly leaseMs = LEASE_MS,
  ) {}

  /** Throws BackendUnavailableError. */
  async look(name: string): Promise<LeaseState> {
    return this.stateOf(await this.read(name));
  }

  /**
   * Takes the lease, or resolves with null while it is another's. A dead holder's can be had once this object has seen it
   * unchanged for long enough: ask again. Throws BackendUnavailableError.
   */
  async acquire(name: string): Promise<Lease | null> {
    const row = await this.read(name);
    if (this.stateOf(row).freeInMs > 0) return null;
    const askedAtMs = performance.now();
    const token = row.token + 1;
    // Only if nobody was quicker and the holder gave no sign of life since.
    const { affected } = await askDatabase(() =>
      this.rows.update(
        { name, version: row.version },
        { holder: this.holder, token, version: row.version + 1, finished: false },
      ),
    );
    if (affected !== 1) return null;
    const terms = { name, token, holder: this.holder, leaseMs: this.leaseMs };
    return new Lease(terms, this.rows.manager, this.transactions, askedAtMs);
  }

  private stateOf({ name, holder, token, version, finished }: LeaseRow): LeaseState {
    const nowMs = performance.now();
    let sight = this.sights.get(name);
    if (sight?.version !== version) this.sights.set(name, (sight = { version, sinceMs: nowMs }));
    const held = holder !== null;
    const freeInMs = held ? Math.max(sight.sinceMs + this.leaseMs - nowMs, 0) : 0;
    return { token, held, freeInMs, finished };
  }

  private async read(name: string): Promise<LeaseRow> {
    const find = () => askDatabase(() => this.rows.findOneBy({ name }));
    const found = await find();
    if (found) return found;
    const unheld = { name, holder: null, token: 0, version: 0, finished: false };
    await askDatabase(() =>
      this.rows.createQueryBuilder().insert().values(unheld).orIgnore().updateEntity(false).execute(),
    );
    const made = await find();
    if (!made) throw new Error(`the database did not keep the lease ${name}`);
    return made;
  }
}
