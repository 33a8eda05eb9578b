import { Injectable } from "@nestjs/common";
import { Incarnations, type IssuedStart } from "../database/incarnations.js";

/**
 * The newest start of every node id, as the database last said. A heartbeat never waits for the database: what is known
 * stays in use while it is slow or away.
 */
@Injectable()
export class IssuedStarts {
  private issued: ReadonlyMap<string, IssuedStart> = new Map();
  private asking: Promise<void> | undefined;

  constructor(private readonly incarnations: Incarnations) {}

  get known(): ReadonlyMap<string, IssuedStart> {
    return this.issued;
  }

  /** Asks the database anew and tells it which record of this node was published, once at a time. Never rejects. */
  refresh(nodeId: string, published: IssuedStart): Promise<void> {
    this.asking ??= this.exchange(nodeId, published)
      .catch(() => undefined)
      .finally(() => (this.asking = undefined));
    return this.asking;
  }

  /** Asks the database anew, without telling it anything. Never rejects. */
  async look(): Promise<void> {
    this.issued = await this.incarnations.issued().catch(() => this.issued);
  }

  /** As refresh, for the last record of this node: what is told meanwhile does not stand in for it. */
  async refreshAtLast(nodeId: string, published: IssuedStart): Promise<void> {
    await this.asking;
    await this.refresh(nodeId, published);
  }

  private async exchange(nodeId: string, published: IssuedStart): Promise<void> {
    this.issued = await this.incarnations.issued();
    await this.incarnations.notePublished(nodeId, published);
  }
}
