import type { Bounds } from "./judge-row.js";
import type { RedisKind } from "./redis-places.js";
import type { Beside } from "./row.js";
import type { World } from "./world.js";

/** Something that is to become true, and is asked again until it is; a question that throws is not answered yet. */
export interface Truth {
  /** As the end of "the time until ...". */
  readonly what: string;
  holds(): boolean | Promise<boolean>;
}

/** Whatever else watches the cluster while the load runs. */
export interface Watch {
  end(): Promise<Beside>;
}

/** One fault: how it is made and unmade, and what it may cost. */
export interface Scenario {
  /** For the command line: `--only <name>`. */
  readonly name: string;
  /** For people: what happens. */
  readonly fault: string;
  readonly redis: RedisKind;
  readonly bounds: Bounds;
  /** Whether `npm test` runs it, too. */
  readonly inEveryTest: boolean;
  /** How long the fault lasts at least. */
  readonly lastsMs: number;
  /** Breaks something; the answer is what the cluster should then say of itself. */
  inject(world: World): Promise<Truth>;
  /** Mends it; the answer is what the cluster should then say. */
  settle(world: World): Promise<Truth>;
  /** Watches from before the fault until after it. */
  watch?(world: World): Promise<Watch>;
}
