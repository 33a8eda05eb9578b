import { BackendUnavailableError } from "../../../src/common/fleet-error.js";
import { NodeRegistry, type RegistryEntry } from "../../../src/cluster/registry/node-registry.js";

/** A registry in memory for tests of our own timing: it can be away, slow or hang. */
export class MemoryRegistry extends NodeRegistry {
  readonly published: { at: number; state: string; sequence: number; incarnation: number }[] = [];
  readonly removed: string[] = [];
  away = false;
  hangs = false;
  slowByMs = 0;
  waiting = 0;
  closed = false;
  private readonly records = new Map<string, { record: string; writtenAt: number }>();
  private readonly release: (() => void)[] = [];

  /** What someone else writes. */
  put({ nodeId, record }: { nodeId: string; record: string }): void {
    this.records.set(nodeId, { record, writtenAt: performance.now() });
  }

  async publish(nodeId: string, record: string): Promise<void> {
    await this.answer();
    this.put({ nodeId, record });
    const { payload } = JSON.parse(record) as { payload: string };
    const { state, sequence, incarnation } = JSON.parse(payload) as (typeof this.published)[number];
    this.published.push({ at: performance.now(), state, sequence, incarnation });
  }

  async list(): Promise<readonly RegistryEntry[]> {
    await this.answer();
    return [...this.records].map(([nodeId, { record, writtenAt }]) => ({
      nodeId,
      record,
      ageMs: performance.now() - writtenAt,
    }));
  }

  async remove(nodeId: string): Promise<void> {
    await this.answer();
    this.removed.push(nodeId);
    this.records.delete(nodeId);
  }

  id(): Promise<string> {
    return Promise.resolve("memory");
  }

  close(): Promise<void> {
    this.closed = true;
    return Promise.resolve();
  }

  /** Lets go of what hangs. */
  resume(): void {
    this.hangs = false;
    for (const release of this.release.splice(0)) release();
  }

  private async answer(): Promise<void> {
    this.waiting += 1;
    try {
      if (this.hangs) await new Promise<void>((resolve) => this.release.push(resolve));
      if (this.slowByMs > 0) await new Promise((resolve) => setTimeout(resolve, this.slowByMs));
      if (this.away) throw new BackendUnavailableError("cluster registry", new Error("connection refused"));
    } finally {
      this.waiting -= 1;
    }
  }
}
