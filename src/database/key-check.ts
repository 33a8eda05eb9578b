import type { Fault } from "../common/fault.js";
import type { DocumentCipher } from "./document-cipher.js";

/** Sealed into the database with its first key; a node that cannot open it has the wrong keys. */
export const KEY_CHECK = '"fleet key check"';
/** The name of the setting that holds it. */
export const KEY_CHECK_SETTING = "key_check";

const OTHERS_KEYS = "set the keys that the other nodes use, or another database";

/** The node's database keys do not fit the database: it must not serve, and must not write a byte. */
class WrongDatabaseKeyError extends Error {
  readonly code = "WRONG_DATABASE_KEY";

  constructor({ what, fix }: Fault) {
    super(`${what}. ${fix.charAt(0).toUpperCase()}${fix.slice(1)}.`);
    this.name = "WrongDatabaseKeyError";
  }
}

/** Throws WrongDatabaseKeyError unless one of the node's keys opens the database's key check. */
export function assertKeyFits(cipher: DocumentCipher, storedKeyCheck: string): void {
  const fault = keyFault(cipher, storedKeyCheck);
  if (fault) throw new WrongDatabaseKeyError(fault);
}

/** Undefined where one of the node's keys opens the database's key check. */
export function keyFault(cipher: DocumentCipher, storedKeyCheck: string): Fault | undefined {
  if (cipher.keys.length === 0) return faultOf("the database is encrypted and no key is set", OTHERS_KEYS);
  let opened: string | undefined;
  try {
    opened = cipher.open(storedKeyCheck);
  } catch {
    // Sealed with a key this node does not have: said below in the operator's words.
  }
  if (opened === KEY_CHECK) return undefined;
  return faultOf(
    "none of the keys set opens this database",
    `${OTHERS_KEYS}; a key that has sealed data stays in the list, behind the new one`,
  );
}

/** The keys in use that the node does not list, as an error that says what to do; undefined where it lists them all. */
export function missingKeys(listed: readonly string[], inUse: Iterable<string>): Error | undefined {
  const fault = missingKeysFault(listed, inUse);
  return fault && new WrongDatabaseKeyError(fault);
}

export function missingKeysFault(listed: readonly string[], inUse: Iterable<string>): Fault | undefined {
  const missing = [...inUse].filter((id) => !listed.includes(id));
  if (missing.length === 0) return undefined;
  const [keys, are, them] = missing.length === 1 ? ["key", "is", "it"] : ["keys", "are", "them"];
  return faultOf(
    `the database ${keys} ${missing.join(", ")} ${are} in use and missing from the list`,
    `add ${them} as the other nodes list ${them}: a new key first in the list, an old one behind it`,
  );
}

function faultOf(what: string, fix: string): Fault {
  return { what: `server.db_encryption_key does not fit: ${what}`, fix };
}
