import { Logger } from "@nestjs/common";
import { randomUUID } from "node:crypto";
import { existsSync } from "node:fs";
import { dirname, resolve } from "node:path";
import type { describeFault } from "../common/fault.js";
import { explainFailure } from "../common/explain-failure.js";
import type { RegistryEntry } from "../cluster/registry/node-registry.js";
import type { FleetConfig } from "../config/config-schema.js";
import { makeFolder } from "../database/make-folder.js";
import { isUnavailable, sqliteCode } from "../database/sqlite-file.js";
import { copyDatabase, removeDatabase } from "./backup/copy-database.js";
import { type CopiedDatabase, damageOf, keysFault, readCopy } from "./backup/examine-copy.js";
import { interruptible } from "./backup/interruptible.js";
import { laterStarts, raiseStarts, sqliteSource, startedSince } from "./backup/later-starts.js";
import { postgresRestore } from "./backup/postgres-commands.js";
import { ReplacedDatabase } from "./backup/replace-database.js";
import { assertSilent, holdPort, registryRecords } from "./backup/running-nodes.js";
import { CommandError } from "./command-error.js";
import { ProgressLine } from "./progress-line.js";

export type RestoreOptions = { readonly from: string } | { readonly finish: true };

const NEXT = "Start the nodes. Users, passwords, roles and API keys are as they were then.";

/**
 * `fleet-server restore`: puts a backup in the place of the SQLite database while no node runs, and sees that nodes can
 * start on it. Nothing is changed before the backup is known to be whole and readable with this configuration's keys.
 * Resolves with what to say at its end. Throws CommandError.
 */
export async function runRestore(config: FleetConfig, options: RestoreOptions): Promise<string> {
  Logger.overrideLogger(false);
  if ("finish" in options) {
    const { finishRestore } = await import("./backup/finish-restore.js");
    return `${await finishRestore(config)}\n${NEXT}\n`;
  }
  const { db_backend, db_path: path, db_url } = config.server;
  if (db_backend === "postgres") throw postgresRestore(db_url ?? "", options.from);
  const port = await holdPort(config);
  const copy = `${path}.${randomUUID()}.restoring`;
  try {
    const records = await registryRecords(config);
    assertSilent(records, config);
    if (!existsSync(options.from)) {
      throw new CommandError({ what: `There is no file ${options.from}`, fix: "name the backup with --from" });
    }
    makeFolder(dirname(resolve(path)));
    return await interruptible((signal) => restore(config, { from: options.from, copy, records, signal }));
  } catch (error) {
    if (!isUnavailable(error)) throw error;
    const fix = /^SQLITE_(FULL|IOERR)/.test(sqliteCode(error) ?? "")
      ? `make room on the file system of ${path}; nothing was changed`
      : "name a file that `fleet-server backup` has made; nothing was changed";
    throw new CommandError(
      { what: `${options.from} cannot be restored: ${explainFailure(error)}`, fix },
      { cause: error },
    );
  } finally {
    removeDatabase(copy);
    port?.close();
  }
}

interface Restoring {
  readonly from: string;
  /** Where the copy is made that takes the database's place. */
  readonly copy: string;
  readonly records: readonly RegistryEntry[];
  readonly signal: AbortSignal;
}

async function restore(config: FleetConfig, { from, copy, records, signal }: Restoring): Promise<string> {
  const { db_path: path } = config.server;
  // What takes long comes after what is wrong most often.
  fitting(from, from, config);
  const progress = new ProgressLine(process.stderr);
  try {
    await copyDatabase(from, copy, {
      signal,
      onProgress: (done) => {
        progress.show(done, "copied");
      },
    });
    const damage = damageOf(copy);
    if (damage) throw refusal({ ...damage, what: damage.what.replace(copy, from) });
    progress.show(1, "copied and checked");
  } finally {
    progress.end();
  }
  const found = fitting(copy, from, config);
  const before = startsBefore(path, found);
  const replaced = ReplacedDatabase.hold(path);
  try {
    const later = laterStarts(found.settings, config, records, before);
    const raised = await raiseStarts(sqliteSource(copy), later);
    signal.throwIfAborted();
    const kept = replaced.replaceWith(copy, `${path}.before-restore-${timestamp()}`);
    return [
      `Restored ${path} from ${from} (${found.machines} machines).`,
      ...(kept === undefined ? [] : [`What was there lies in ${kept}.`]),
      ...(raised.length === 0 ? [] : [startedSince(raised)]),
      `${NEXT}\n`,
    ].join("\n");
  } finally {
    replaced.release();
  }
}

/** What the file holds. Throws CommandError unless it is a fleet's database that the configuration's keys open. */
function fitting(file: string, from: string, config: FleetConfig): CopiedDatabase {
  const found = readCopy(file);
  if ("what" in found) throw refusal({ ...found, what: found.what.replace(file, from) });
  const fault = keysFault(found, config);
  if (fault) throw refusal(fault);
  return found;
}

/** Of the same fleet's database only: another one numbers its starts by itself. */
function startsBefore(path: string, copied: CopiedDatabase): CopiedDatabase["starts"] | undefined {
  if (!existsSync(path)) return undefined;
  try {
    const before = readCopy(path);
    const isSame = !("what" in before) && before.settings.get("database_id") === copied.settings.get("database_id");
    return isSame ? before.starts : undefined;
  } catch {
    // It is damaged; the registry's records still tell of the nodes that count.
    return undefined;
  }
}

function refusal({ what, fix }: Parameters<typeof describeFault>[0]): CommandError {
  return new CommandError({ what, fix: `${fix}; nothing was changed` });
}

/** UTC, fit for a file's name. */
function timestamp(): string {
  return new Date().toISOString().replace(/[-:]|\.\d+/g, "");
}
