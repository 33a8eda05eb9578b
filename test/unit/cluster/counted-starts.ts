import type { DataSource } from "typeorm";
import { BackendUnavailableError } from "../../../src/common/fleet-error.js";
import { Incarnations } from "../../../src/database/incarnations.js";

/** Incarnations without a database, for tests of timing. */
export class CountedStarts extends Incarnations {
  readonly numbers = new Map<string, number>();
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

  override async issued(): Promise<ReadonlyMap<string, number>> {
    await this.answer();
    return new Map(this.numbers);
  }

  private answer(): Promise<void> {
    return this.away ? Promise.reject(new BackendUnavailableError("database")) : Promise.resolve();
  }
}
