import { Injectable } from "@nestjs/common";
import { RecentRate } from "./recent-rate.js";

export type DependencyStates = Readonly<Record<string, "up" | "down">>;

/** What this node knows of its own work: modules of any floor write it down, the cluster tells the other nodes. */
@Injectable()
export class NodeFacts {
  /** What the node needs, as it last found it; empty before it has looked. */
  dependencies: DependencyStates = {};
  /** The end of the certificate that it serves HTTPS with; null where there is none, or it is not known yet. */
  certificateExpiresAt: Date | null = null;
  private readonly reports = new RecentRate();

  reportsTaken(count: number): void {
    this.reports.add(count);
  }

  /** Reports committed per second, over the last ten. */
  get reportsPerSecond(): number {
    return this.reports.perSecond;
  }
}
