import { explainFailure } from "../common/explain-failure.js";
import { NodeRegistry } from "./registry/node-registry.js";

/** How the registry has answered of late. */
export interface Contact {
  readonly connected: boolean;
  /** How long the last answer took; null while the registry does not answer. */
  readonly latencyMs: number | null;
  /** Why it is not connected, in words for operators. */
  readonly error: string | null;
}

/** A call without an answer for so long says as much as one that failed. */
const PATIENCE_MS = 2_000;

/** Remembers how the registry answers this node's own calls, so that nobody else has to ask it. */
export class RegistryContact {
  private readonly waitingSince = new Set<number>();
  private last: Contact = { connected: false, latencyMs: null, error: "This node has not asked the registry yet." };

  state(now = performance.now()): Contact {
    const [oldest = now] = this.waitingSince;
    const waitedMs = Math.round(now - oldest);
    if (waitedMs <= PATIENCE_MS || !this.last.connected) return this.last;
    return { connected: false, latencyMs: null, error: `The registry has not answered for ${waitedMs} ms.` };
  }

  async note<T>(call: () => Promise<T>): Promise<T> {
    const startedAt = performance.now();
    this.waitingSince.add(startedAt);
    try {
      const answer = await call();
      this.last = { connected: true, latencyMs: performance.now() - startedAt, error: null };
      return answer;
    } catch (error) {
      this.last = { connected: false, latencyMs: null, error: explainFailure(error) };
      throw error;
    } finally {
      this.waitingSince.delete(startedAt);
    }
  }
}

/** The registry, its heartbeat calls noted. */
export class WatchedRegistry extends NodeRegistry {
  constructor(
    private readonly registry: NodeRegistry,
    private readonly contact: RegistryContact,
  ) {
    super();
  }

  publish(nodeId: string, record: string): Promise<void> {
    return this.contact.note(() => this.registry.publish(nodeId, record));
  }

  list() {
    return this.contact.note(() => this.registry.list());
  }

  remove(nodeId: string): Promise<void> {
    return this.registry.remove(nodeId);
  }

  id(): Promise<string> {
    return this.registry.id();
  }

  close(): Promise<void> {
    return this.registry.close();
  }
}
