import type { KeyedHash } from "../../crypto/keyed-hash.js";
import type { Fingerprints } from "./compare-settings.js";

/** Keyed hashes of values by their names. The name goes in, too: equal values of different settings are nobody's business. */
export function fingerprintsOf(
  values: readonly (readonly [name: string, value: string])[],
  hash: KeyedHash,
): Fingerprints {
  return Object.fromEntries(values.map(([name, value]) => [name, hash.hex(JSON.stringify([name, value]))]));
}
