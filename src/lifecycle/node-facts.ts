import { Injectable } from "@nestjs/common";
import { RecentRate } from "./recent-rate.js";

export type DependencyStates = Readonly<Record<string, "up" | "down">>;

/** What this node knows of its own work: modules of any floor write it down, the cluster tells the other nodes. */
@Injectable()
export class NodeFacts {
  /** What the node needs, as it last found it; empty before it has looked. */
  dependencies: DependencyStates = {};
  /** When the first of the certificates that it serves HTTPS with ends, in seconds since 1970 UTC; undefined without any. */
  certificateEnd: () => number | undefined = () => undefined;
  private readonly reports = new RecentRate();

  reportsTaken(count: number): void {
    this.reports.add(count);
  }

  /** Null where there is no certificate, or it is not known yet. */
  get certificateExpiresAt(): Date | null {
    const seconds = this.certificateEnd();
    return seconds === undefined ? null : new Date(seconds * 1000);
  }

  /** Reports committed per second, over the last ten. */
  get reportsPerSecond(): number {
    return this.reports.perSecond;
  }
}
