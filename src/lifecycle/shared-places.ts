import { Injectable } from "@nestjs/common";

/**
 * The places, besides the database, that this node must have in common with all others, each with a reader of the random
 * id that it holds. Modules announce what they opened; the cluster compares.
 */
@Injectable()
export class SharedPlaces {
  private readonly readers = new Map<string, () => Promise<string>>();

  announce(place: string, readId: () => Promise<string>): void {
    this.readers.set(place, readId);
  }

  /** How many there are. */
  get count(): number {
    return this.readers.size;
  }

  /** The ids of those places that answer now. */
  async readIds(): Promise<ReadonlyMap<string, string>> {
    const ids = await Promise.all(
      [...this.readers].map(async ([place, readId]) => {
        const id = await readId().catch(() => undefined);
        return id === undefined ? [] : [[place, id] as const];
      }),
    );
    return new Map(ids.flat());
  }
}
