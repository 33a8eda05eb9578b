import type { DocumentCipher } from "./document-cipher.js";

/** Sealed into the database with its first key; a node that cannot open it has the wrong keys. */
export const KEY_CHECK = '"fleet key check"';

/** The node's database keys do not fit the database: it must not serve, and must not write a byte. */
class WrongDatabaseKeyError extends Error {
  readonly code = "WRONG_DATABASE_KEY";

  constructor(what: string, remedy = "Set the keys that the other nodes use, or another database") {
    super(`server.db_encryption_key does not fit: ${what}. ${remedy}.`);
    this.name = "WrongDatabaseKeyError";
  }
}

/** Throws WrongDatabaseKeyError unless one of the node's keys opens the database's key check. */
export function assertKeyFits(cipher: DocumentCipher, storedKeyCheck: string): void {
  if (cipher.keys.length === 0) throw new WrongDatabaseKeyError("the database is encrypted and no key is set");
  let opened: string | undefined;
  try {
    opened = cipher.open(storedKeyCheck);
  } catch {
    // Sealed with a key this node does not have: said below in the operator's words.
  }
  if (opened !== KEY_CHECK) {
    throw new WrongDatabaseKeyError(
      "none of the keys set opens this database",
      "Set the keys that the other nodes use, or another database; a key that has sealed data stays in the list, " +
        "behind the new one",
    );
  }
}

/** The keys in use that the node does not list, as an error that says what to do; undefined where it lists them all. */
export function missingKeys(listed: readonly string[], inUse: Iterable<string>): Error | undefined {
  const missing = [...inUse].filter((id) => !listed.includes(id));
  if (missing.length === 0) return undefined;
  const [keys, are, them] = missing.length === 1 ? ["key", "is", "it"] : ["keys", "are", "them"];
  return new WrongDatabaseKeyError(
    `the database ${keys} ${missing.join(", ")} ${are} in use and missing from the list`,
    `Add ${them} as the other nodes list ${them}: a new key first in the list, an old one behind it`,
  );
}
