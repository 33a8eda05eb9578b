import { KeyedHash } from "../crypto/keyed-hash.js";
import type { DatabaseSecrets } from "../database/database-secrets.js";

/**
 * Keyed hashes of what a report says: equal on every node, useless to who holds only the database. Each purpose has a
 * key of its own, so that equal values in different places cannot be told.
 */
export class FleetHashes {
  private readonly serials: KeyedHash;
  private readonly hostnames: KeyedHash;
  private readonly words: KeyedHash;
  private readonly identities: KeyedHash;
  private readonly contents: KeyedHash;

  constructor(secrets: Pick<DatabaseSecrets, "derive">) {
    this.serials = new KeyedHash(secrets.derive("serial-number"));
    this.hostnames = new KeyedHash(secrets.derive("hostname"));
    this.words = new KeyedHash(secrets.derive("search-word"));
    this.identities = new KeyedHash(secrets.derive("machine-identity"));
    this.contents = new KeyedHash(secrets.derive("report-content"));
  }

  serial(serialNumber: string): string {
    return this.serials.hex(serialNumber.trim());
  }

  hostname(name: string): string {
    return this.hostnames.hex(name.trim().toLowerCase());
  }

  /** Of what a search finds: a host name, an address, a tag. */
  word(text: string): string {
    return this.words.hex(text.trim().toLowerCase());
  }

  /** Of what tells two machines apart. */
  identity(facts: readonly (string | null)[]): string {
    return this.identities.hex(JSON.stringify(facts));
  }

  content(json: string | Buffer): string {
    return this.contents.hex(json);
  }
}
