import { type BeforeApplicationShutdown, Injectable } from "@nestjs/common";
import { NodeLifecycle } from "../../lifecycle/node-lifecycle.js";
import { Leases } from "./leases.js";
import { type JobDescription, PeriodicJob } from "./periodic-job.js";

/**
 * Periodic jobs, each on one node at a time. A node that drains hands its jobs on at once; one that dies or freezes loses
 * them after the lease's time.
 */
@Injectable()
export class PeriodicJobs implements BeforeApplicationShutdown {
  private readonly jobs: PeriodicJob[] = [];
  private stopping: Promise<unknown> | undefined;

  constructor(
    private readonly leases: Leases,
    private readonly lifecycle: NodeLifecycle,
  ) {
    this.lifecycle.on("change", this.stopOnDrain);
  }

  start(job: JobDescription): void {
    if (!this.stopping) this.jobs.push(new PeriodicJob(job, this.leases));
  }

  /** Has the job of this name run as soon as its lease can be had, because there is something to do now. */
  wake(name: string): void {
    for (const job of this.jobs) if (job.name === name) job.wake();
  }

  /** Before what the jobs use is closed. */
  async beforeApplicationShutdown(): Promise<void> {
    this.lifecycle.off("change", this.stopOnDrain);
    await this.stop();
  }

  private readonly stopOnDrain = (): void => {
    if (this.lifecycle.state === "draining") void this.stop();
  };

  /** Never rejects: what goes wrong in a job's turn is logged there. */
  private stop(): Promise<unknown> {
    this.stopping ??= Promise.all(this.jobs.map((job) => job.stop()));
    return this.stopping;
  }
}
