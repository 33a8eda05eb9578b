import { Logger } from "@nestjs/common";
import type { EventLog } from "../../events/event-log.js";
import type { RejectionReason } from "../node-record.js";
import type { Rejection } from "./observe.js";

const REMEMBERED = 1_000;
/** Whoever can write to the registry can invent any number of nodes; so many a quarter of an hour are named. */
const NAMED_PER_WINDOW = 20;
const WINDOW_MS = 15 * 60_000;

const because: Record<RejectionReason, string> = {
  signature: "its signature is wrong: it is forged, or that node has another cluster.secret",
  database: "it was signed on another database: that node has other database settings",
  node_id: "it was signed for another node id",
  format: "this version cannot read it",
  incarnation: "it belongs to an earlier start of the node",
  sequence: "it is older than one already published",
};

/** Makes one event of each record that is not believed, by node id, start and reason, however often it is read. */
export class RejectionReports {
  private readonly logger = new Logger("Cluster");
  private readonly told = new Set<string>();
  private windowBeganAt = -Infinity;
  private named = 0;
  private overflowTold = false;

  constructor(private readonly events: EventLog) {}

  /** `nowMs` on the monotonic clock. */
  report(rejections: readonly Rejection[], nowMs: number): void {
    if (nowMs - this.windowBeganAt >= WINDOW_MS) {
      this.windowBeganAt = nowMs;
      this.named = 0;
      this.overflowTold = false;
    }
    for (const rejection of rejections) {
      const key = keyOf(rejection);
      if (this.told.has(key)) continue;
      this.remember(key);
      if (this.named++ < NAMED_PER_WINDOW) this.name(rejection, key);
      else this.tellOverflow();
    }
  }

  private name({ nodeId, incarnation, reason }: Rejection, onceKey: string): void {
    this.events.note({
      kind: reason === "database" ? "node.mismatched" : "node.record_rejected",
      subject: nodeId.slice(0, 128),
      details: { reason: because[reason], incarnation },
      onceKey,
    });
  }

  private tellOverflow(): void {
    if (this.overflowTold) return;
    this.overflowTold = true;
    this.logger.warn(
      `Rejected the records of more than ${NAMED_PER_WINDOW} nodes; more of them are not named for 15 minutes`,
    );
  }

  private remember(key: string): void {
    this.told.add(key);
    const [oldest] = this.told;
    if (this.told.size > REMEMBERED && oldest !== undefined) this.told.delete(oldest);
  }
}

/** Alike on all observers, and short however long a forged node id is. */
function keyOf({ nodeId, incarnation, reason }: Rejection): string {
  return `node.record_rejected:${reason}:${incarnation}:${nodeId.slice(0, 128)}`;
}
