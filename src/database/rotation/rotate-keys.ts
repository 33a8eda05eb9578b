import { setTimeout as sleep } from "node:timers/promises";
import type { DataSource } from "typeorm";
import { askDatabase } from "../ask-database.js";
import type { DatabaseKeys } from "../database-keys.js";
import type { DocumentCipher } from "../document-cipher.js";
import { missingKeys } from "../key-check.js";
import { Transactions } from "../transactions.js";
import { resealTable } from "./reseal-table.js";
import { sealedTables } from "./sealed-columns.js";

export interface RotationOptions {
  readonly rowsPerSecond: number;
  /** Told after each step how many rows were looked at, of how many, and how many values were sealed anew. */
  readonly onProgress: (progress: RotationProgress) => void;
}

interface RotationProgress {
  readonly rows: number;
  readonly totalRows: number;
  readonly resealed: number;
}

export interface RotationResult {
  readonly keyId: string;
  readonly resealed: number;
  /** Ids of the keys that nothing is sealed with any longer. */
  readonly retired: readonly string[];
}

/** The keys are not in a state in which they can be rotated; the sentence says what to do. */
class RotationRefusedError extends Error {
  readonly code = "ROTATION_REFUSED";
}

/** Rounds over the database until one finds nothing more: nodes may have sealed with an old key during the first. */
const MAX_ROUNDS = 5;

/**
 * Seals everything in the database with the first listed key while nodes go on working, then notes that the older keys are
 * in use no longer, so that nodes start without them. Can be ended at any moment and run again. Throws
 * RotationRefusedError, WrongDatabaseKeyError, BackendUnavailableError and InvalidTokenError.
 */
export async function rotateKeys(
  dataSource: DataSource,
  keys: DatabaseKeys,
  cipher: DocumentCipher,
  options: RotationOptions,
): Promise<RotationResult> {
  const keyId = await keyToRotateTo(keys);
  cipher.sealWith(keyId);
  const old = [...(await keys.inUse())].filter((id) => id !== keyId);
  const transactions = new Transactions(dataSource);
  try {
    let resealed = 0;
    for (let round = 1; ; round++) {
      const found = await resealAll(dataSource, transactions, cipher, options, resealed);
      resealed += found;
      if (found === 0) break;
      if (round === MAX_ROUNDS) {
        throw new RotationRefusedError(
          "Some node still seals with an older key: a node seals with the new one a few seconds after it comes into use. " +
            "Look at the nodes' logs and run this again.",
        );
      }
    }
    await keys.retire(old);
    return { keyId, resealed, retired: old };
  } finally {
    await transactions.onApplicationShutdown();
  }
}

async function keyToRotateTo(keys: DatabaseKeys): Promise<string> {
  const [first] = keys.listed;
  if (first === undefined)
    throw new RotationRefusedError("server.db_encryption_key is not set: there is nothing to rotate to.");
  const inUse = await keys.inUse();
  const missing = missingKeys(keys.listed, inUse);
  if (missing) throw missing;
  if (!inUse.has(first)) {
    throw new RotationRefusedError(
      `The key ${first}, the first in server.db_encryption_key, is not in use yet. Restart every node with this list; ` +
        "their logs say when the key comes into use. Then run this again.",
    );
  }
  return first;
}

/** Resolves with how many values were sealed anew. */
async function resealAll(
  dataSource: DataSource,
  transactions: Transactions,
  cipher: DocumentCipher,
  { rowsPerSecond, onProgress }: RotationOptions,
  before: number,
): Promise<number> {
  const totalRows = await countRows(dataSource);
  let rows = 0;
  let resealed = 0;
  for (const sealed of sealedTables) {
    for await (const step of resealTable(dataSource, transactions, cipher, sealed)) {
      rows += step.rows;
      resealed += step.resealed;
      onProgress({ rows, totalRows, resealed: before + resealed });
      // What is only read costs little.
      if (step.resealed > 0) await sleep((step.rows / rowsPerSecond) * 1000);
    }
  }
  return resealed;
}

async function countRows(dataSource: DataSource): Promise<number> {
  let total = 0;
  for (const { table, where = "TRUE" } of sealedTables) {
    const rows = await askDatabase(() =>
      dataSource.query<{ n: number | string }[]>(`SELECT count(*) AS n FROM ${table} WHERE ${where}`),
    );
    total += Number(rows[0]?.n ?? 0);
  }
  return total;
}
