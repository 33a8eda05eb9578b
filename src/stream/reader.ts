import type { EventPosition } from "../events/event-cursor.js";
import type { Machine } from "../fleet/machines/machine-answer.js";
import type { EventStream } from "./event-stream.js";

/** Someone at the other end of a stream: what they want to hear of, and what they have been told. */
export interface Reader {
  readonly stream: EventStream;
  readonly watched: ReadonlySet<string>;
  readonly wants: { readonly fleet: boolean; readonly events: boolean; readonly nodes: boolean };
  /** Whether to be shown where people logged in from. */
  readonly isAdmin: boolean;
  readonly toldMachines: Map<string, Machine>;
  readonly toldEvents: Set<number>;
  /** What the log holds after this is still to be told; undefined once the reader has caught up. */
  missedSince: EventPosition | undefined;
  /** The newest of what there is one of: the fleet's summary, the cluster's status; as they were sent. */
  toldSummary: string | undefined;
  toldNodes: string | undefined;
}
