import { setTimeout as sleep } from "node:timers/promises";
import type { DataSource } from "typeorm";
import { askDatabase } from "../ask-database.js";
import type { DatabaseKeys } from "../database-keys.js";
import type { DocumentCipher } from "../document-cipher.js";
import { missingKeys } from "../key-check.js";
import { postgresMigrations } from "../migrations/postgres-migrations.js";
import { sqliteMigrations } from "../migrations/sqlite-migrations.js";
import { Transactions } from "../transactions.js";
import type { KeyHolder, KeyRetirement } from "./key-retirement.js";
import { resealTable } from "./reseal-table.js";
import { sealedTables } from "./sealed-columns.js";

export interface RotationOptions {
  readonly rowsPerSecond: number;
  /** How long to wait for nodes that still seal with an older key. */
  readonly waitMs: number;
  /** Told after each step how many rows were looked at, of how many, and how many values were sealed anew. */
  readonly onProgress: (progress: RotationProgress) => void;
  /** Told about once a second who is waited for. */
  readonly onWait: (holders: readonly KeyHolder[]) => void;
  /** Nothing is sealed with these keys any more, and they are about to leave use; `id` is the same if it is told again. */
  readonly onRetiring: (retirement: { id: string; keyId: string; retiring: readonly string[] }) => Promise<void>;
}

interface RotationProgress {
  readonly rows: number;
  readonly totalRows: number;
  readonly resealed: number;
}

export interface RotationResult {
  readonly keyId: string;
  readonly resealed: number;
  /** Values that none of the listed keys opens; they stay as they are. */
  readonly unreadable: number;
  /** Ids of the keys that nothing is sealed with any longer. */
  readonly retired: readonly string[];
}

/** The keys are not in a state in which they can be rotated; the sentence says what to do. */
class RotationRefusedError extends Error {
  readonly code = "ROTATION_REFUSED";
}

/** Rounds over the database until one finds nothing more. */
const MAX_ROUNDS = 20;
const ASK_AGAIN_MS = 1_000;

/**
 * Seals everything in the database with the first listed key while nodes go on working, then takes the older keys out of
 * use, so that nodes start without them. Can be ended at any moment and run again. Why nothing is unreadable afterwards
 * either is told in docs/decisions/0024-key-rotation.md. Throws RotationRefusedError, WrongDatabaseKeyError and
 * BackendUnavailableError.
 */
export async function rotateKeys(
  dataSource: DataSource,
  keys: DatabaseKeys,
  cipher: DocumentCipher,
  retirement: KeyRetirement,
  options: RotationOptions,
): Promise<RotationResult> {
  await assertAllTablesAreKnown(dataSource);
  const keyId = await keyToRotateTo(keys);
  cipher.sealWith(keyId);
  await retirement.watch();
  const transactions = new Transactions(dataSource);
  const reseal = (before: number) => resealUntilClean(dataSource, transactions, cipher, options, before);
  try {
    const { resealed, unreadable } = await reseal(0);
    const old = [...(await keys.inUse())].filter((id) => id !== keyId);
    if (old.length === 0) return { keyId, resealed, unreadable, retired: [] };
    const id = await markWhenFree(retirement, old, options);
    // Nobody seals with them any more, so this look is the last one.
    const last = await reseal(resealed);
    await assertNotWanted(keys, retirement, old, id);
    await options.onRetiring({ id, keyId, retiring: old });
    for (const each of old) await retirement.retire(each, id);
    await assertNotWanted(keys, retirement, old, id);
    return { keyId, resealed: last.resealed, unreadable: last.unreadable, retired: old };
  } finally {
    await transactions.onApplicationShutdown();
  }
}

/** Resolves with the mark of the keys once nobody seals with them, nor can begin to. */
async function markWhenFree(
  retirement: KeyRetirement,
  old: readonly string[],
  { waitMs, onWait }: RotationOptions,
): Promise<string> {
  const deadline = performance.now() + waitMs;
  for (;;) {
    let holders = await retirement.holders(old);
    if (holders.length === 0) {
      const id = await retirement.mark(old);
      // Who was recorded before the mark is seen now; nobody can be after it.
      holders = await retirement.holders(old);
      if (holders.length === 0) return id;
      await retirement.unmark(old, id);
    }
    if (performance.now() > deadline) throw stillHeld(old, holders);
    onWait(holders);
    await sleep(ASK_AGAIN_MS);
  }
}

/** A key without the mark that is in use has been taken up again; one that is not was retired, if by another run. */
async function assertNotWanted(
  keys: DatabaseKeys,
  retirement: KeyRetirement,
  old: readonly string[],
  id: string,
): Promise<void> {
  const marked = await retirement.stillMarked(old, id);
  const inUse = await keys.inUse();
  if (old.some((each) => inUse.has(each) && !marked.includes(each))) throw wantedAgain();
}

function stillHeld(old: readonly string[], holders: readonly KeyHolder[]): RotationRefusedError {
  const names = [...new Set(holders.map(describeHolder))].join(", ");
  return new RotationRefusedError(
    `Everything is sealed anew, but ${old.join(", ")} cannot be taken out of use because of ${names}. Start these nodes ` +
      "with the new key first in their list, or stop them, then run this again. For one that has ended for good without a " +
      "word: --gone NAME.",
  );
}

/** How people are told of it. */
export function describeHolder({ name, keyId }: KeyHolder): string {
  return keyId === undefined
    ? `${name} (of an earlier version)`
    : `${name} (seals with ${keyId}, or did when last heard of)`;
}

function wantedAgain(): RotationRefusedError {
  return new RotationRefusedError(
    "An older key came into use again meanwhile: a node was started that lists it first. Start every node with the new " +
      "key first in its list, then run this again.",
  );
}

/** What lies sealed in tables of a newer version would be passed over, and nobody could read it without the old key. */
async function assertAllTablesAreKnown(dataSource: DataSource): Promise<void> {
  const migrations = dataSource.options.type === "postgres" ? postgresMigrations : sqliteMigrations;
  const known = new Set(migrations.map(({ name }) => name));
  const applied = await askDatabase(() => dataSource.query<{ name: string }[]>("SELECT name FROM migrations"));
  if (applied.every(({ name }) => known.has(name))) return;
  throw new RotationRefusedError(
    "A newer version has changed the tables, and this one does not know all that is sealed in them: run the newer version's " +
      "fleet-server keys rotate.",
  );
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

/** Resolves after a round that found nothing to seal anew, with how many values were, all rounds together. */
async function resealUntilClean(
  dataSource: DataSource,
  transactions: Transactions,
  cipher: DocumentCipher,
  options: RotationOptions,
  before: number,
): Promise<{ resealed: number; unreadable: number }> {
  let resealed = before;
  for (let round = 1; round <= MAX_ROUNDS; round++) {
    const found = await resealAll(dataSource, transactions, cipher, options, resealed);
    if (found.resealed === 0) return { resealed, unreadable: found.unreadable };
    resealed += found.resealed;
  }
  throw new RotationRefusedError(
    "Some node goes on sealing with an older key: the new one must stand first in every node's list. Look at the nodes' " +
      "logs, restart the node and run this again.",
  );
}

async function resealAll(
  dataSource: DataSource,
  transactions: Transactions,
  cipher: DocumentCipher,
  { rowsPerSecond, onProgress }: RotationOptions,
  before: number,
): Promise<{ resealed: number; unreadable: number }> {
  const totalRows = await countRows(dataSource);
  let rows = 0;
  const found = { resealed: 0, unreadable: 0 };
  for (const sealed of sealedTables) {
    for await (const step of resealTable(dataSource, transactions, cipher, sealed)) {
      rows += step.rows;
      found.resealed += step.resealed;
      found.unreadable += step.unreadable;
      onProgress({ rows, totalRows, resealed: before + found.resealed });
      // What is only read costs little.
      if (step.resealed > 0) await sleep((step.rows / rowsPerSecond) * 1000);
    }
  }
  return found;
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
