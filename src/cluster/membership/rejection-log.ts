import { Logger } from "@nestjs/common";
import type { RejectionReason } from "../node-record.js";
import type { Rejection } from "./observe.js";

const REMEMBERED = 1_000;
const LINES_PER_READING = 10;

const because: Record<RejectionReason, string> = {
  signature: "its signature is wrong: it is forged, or that node has another cluster.secret or another database",
  node_id: "it was signed for another node id",
  format: "this version cannot read it",
  incarnation: "it belongs to an earlier start of the node",
  sequence: "it is older than one already seen",
};

/** Warns once per node id, incarnation and reason, however often the record is read. Its memory is bounded. */
export class RejectionLog {
  private readonly logger = new Logger("Cluster");
  private readonly told = new Set<string>();

  report(rejections: readonly Rejection[]): void {
    const untold = rejections.filter((rejection) => !this.told.has(keyOf(rejection)));
    for (const rejection of untold.slice(0, LINES_PER_READING)) {
      const { nodeId, reason } = rejection;
      this.logger.warn(`Rejected the record of node ${JSON.stringify(nodeId.slice(0, 128))}: ${because[reason]}`);
    }
    if (untold.length > LINES_PER_READING) {
      this.logger.warn(`Rejected ${untold.length - LINES_PER_READING} more records`);
    }
    for (const rejection of untold) this.remember(keyOf(rejection));
  }

  private remember(key: string): void {
    this.told.add(key);
    const [oldest] = this.told;
    if (this.told.size > REMEMBERED && oldest !== undefined) this.told.delete(oldest);
  }
}

function keyOf({ nodeId, incarnation, reason }: Rejection): string {
  return JSON.stringify([nodeId, incarnation ?? null, reason]);
}
