import type { DataSource } from "typeorm";
import { BackendUnavailableError } from "../../../src/common/fleet-error.js";
import { Incarnations, type IssuedStart } from "../../../src/database/incarnations.js";

/** Incarnations without a database, for tests of timing. */
export class CountedStarts extends Incarnations {
  readonly numbers = new Map<string, number>();
  readonly published = new Map<string, number>();
  away = false;

  constructor() {
    super(undefined as unknown as DataSource);
  }

  override async issue(nodeId: string): Promise<number> {
    await this.answer();
    const next = (this.numbers.get(nodeId) ?? 0) + 1;
    this.numbers.set(nodeId, next);
    return next;
  }

  override async notePublished(nodeId: string, { sequence }: IssuedStart): Promise<void> {
    await this.answer();
    this.published.set(nodeId, sequence);
  }

  override async issued(): Promise<ReadonlyMap<string, IssuedStart>> {
    await this.answer();
    return new Map(
      [...this.numbers].map(([nodeId, incarnation]) => [
        nodeId,
        { incarnation, sequence: this.published.get(nodeId) ?? 0 },
      ]),
    );
  }

  private answer(): Promise<void> {
    return this.away ? Promise.reject(new BackendUnavailableError("database")) : Promise.resolve();
  }
}
