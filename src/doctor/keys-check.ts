import { KEY_CHECK_SETTING, keyFault, missingKeysFault } from "../database/key-check.js";
import type { DocumentCipher } from "../database/document-cipher.js";
import { KEY_PREFIX } from "../database/sealers.js";
import { type Check, type Finding, failure, ok } from "./check.js";
import type { ExaminedDatabase } from "./examined-database.js";

interface StoredSetting {
  readonly name: string;
  readonly value: string;
}

/** Whether the node's database keys open the database, and which of them still may be needed. */
export function keysCheck(database: ExaminedDatabase, cipher: DocumentCipher, needs: readonly string[]): Check {
  return {
    name: "database.keys",
    needs,
    run: async () => [judgeKeys(cipher, (await database.read<StoredSetting>("settings", ["name", "value"])) ?? [])],
  };
}

function judgeKeys(cipher: DocumentCipher, settings: readonly StoredSetting[]): Finding {
  const keyCheck = settings.find(({ name }) => name === KEY_CHECK_SETTING)?.value;
  const inUse = settings
    .filter(({ name }) => name.startsWith(KEY_PREFIX))
    .map(({ name }) => name.slice(KEY_PREFIX.length));
  const listed = cipher.keyIds;
  const fault = (keyCheck === undefined ? undefined : keyFault(cipher, keyCheck)) ?? missingKeysFault(listed, inUse);
  if (fault) return failure(fault);
  if (listed.length === 0) return ok("no key is set, and the database has none");
  const number = listed.length === 1 ? "1 key is listed" : `${listed.length} keys are listed`;
  return ok(`${number} (${listed.join(", ")}): ${[...useOf(listed, inUse)].join("; ")}`);
}

function* useOf(listed: readonly string[], inUse: readonly string[]): Generator<string> {
  const [first = "", ...older] = listed;
  yield inUse.includes(first) ? `${first} is in use` : `${first} is not in use yet`;
  for (const id of older) {
    yield inUse.includes(id)
      ? `rows may be sealed with ${id} (keys rotate seals them anew)`
      : `nothing is recorded to be sealed with ${id}`;
  }
}
