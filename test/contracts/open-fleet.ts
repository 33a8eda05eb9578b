import type { FleetStore, StoredMachine } from "../../src/fleet/store/fleet-store.js";
import { allTime } from "./fleet-queries.js";

/** The stores that a test has open on one database: `store`, and those of further nodes. */
export class OpenFleet {
  private openStore: (() => FleetStore) | undefined;
  private first: FleetStore | undefined;
  private readonly opened: FleetStore[] = [];

  get store(): FleetStore {
    return (this.first ??= this.open());
  }

  /** From now on stores are opened by `openStore`. */
  use(openStore: () => FleetStore): void {
    this.openStore = openStore;
    this.first = undefined;
  }

  open(): FleetStore {
    if (!this.openStore) throw new Error("there is no database yet");
    const store = this.openStore();
    this.opened.push(store);
    return store;
  }

  async close(): Promise<void> {
    await Promise.all(this.opened.splice(0).map((store) => store.close()));
  }

  async machine(id: string): Promise<StoredMachine> {
    const found = await this.store.machine(id, "");
    if (!found) throw new Error(`no machine ${id}`);
    return found;
  }

  async sampleTimes(id: string): Promise<number[] | undefined> {
    return (await this.store.history.samples(id, allTime))?.map((sample) => sample.at);
  }
}
