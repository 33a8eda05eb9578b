import { Injectable } from "@nestjs/common";
import { Incarnations } from "../database/incarnations.js";

/**
 * The newest incarnation of every node id, as the database last said. A heartbeat never waits for the database: what is
 * known stays in use while it is slow or away.
 */
@Injectable()
export class IssuedIncarnations {
  private issued: ReadonlyMap<string, number> = new Map();
  private asking: Promise<void> | undefined;

  constructor(private readonly incarnations: Incarnations) {}

  get known(): ReadonlyMap<string, number> {
    return this.issued;
  }

  /** Asks the database anew, one question at a time. Never rejects. */
  refresh(): Promise<void> {
    this.asking ??= this.incarnations
      .issued()
      .then(
        (issued) => {
          this.issued = issued;
        },
        () => undefined,
      )
      .finally(() => (this.asking = undefined));
    return this.asking;
  }
}
