import type { DocumentCipher } from "./document-cipher.js";

/** Sealed into the database with its first key; a node that cannot open it has the wrong keys. */
export const KEY_CHECK = '"fleet key check"';

/** The node's database keys do not fit the database: it must not serve, and must not write a byte. */
class WrongDatabaseKeyError extends Error {
  readonly code = "WRONG_DATABASE_KEY";

  constructor(what: string) {
    super(`server.db_encryption_key does not fit: ${what}. Set the key that the other nodes use, or another database.`);
    this.name = "WrongDatabaseKeyError";
  }
}

/** Throws WrongDatabaseKeyError unless one of the node's keys opens the database's key check. */
export function assertKeyFits(cipher: DocumentCipher, storedKeyCheck: string): void {
  if (!cipher.encrypts) throw new WrongDatabaseKeyError("the database is encrypted and no key is set");
  let opened: string | undefined;
  try {
    opened = cipher.open(storedKeyCheck);
  } catch {
    // Sealed with a key this node does not have: said below in the operator's words.
  }
  if (opened !== KEY_CHECK) throw new WrongDatabaseKeyError("none of the keys set opens this database");
}
