import { Logger } from "@nestjs/common";
import { randomUUID } from "node:crypto";
import { closeSync, existsSync, openSync, realpathSync, renameSync, statSync } from "node:fs";
import { dirname, resolve } from "node:path";
import { bytesText } from "../common/bytes-text.js";
import type { FleetConfig } from "../config/config-schema.js";
import { DocumentCipher } from "../database/document-cipher.js";
import { journalModeOf } from "../database/journal-mode.js";
import { placeFault, sqliteFault } from "../database/sqlite-faults.js";
import { isUnavailable } from "../database/sqlite-file.js";
import { copyDatabase, removeDatabase, syncFile } from "./backup/copy-database.js";
import { type CopiedDatabase, damageOf, keysFault, readCopy } from "./backup/examine-copy.js";
import { interruptible } from "./backup/interruptible.js";
import { postgresBackup } from "./backup/postgres-commands.js";
import { CommandError } from "./command-error.js";
import { ProgressLine } from "./progress-line.js";

export interface BackupOptions {
  readonly to: string;
  /** Whether a file that is there may be replaced. */
  readonly force: boolean;
}

/**
 * `fleet-server backup`: a consistent copy of the SQLite database, looked through from end to end before it gets its
 * name, while the nodes go on. Resolves with what to say at its end. Throws CommandError.
 */
export async function runBackup(config: FleetConfig, options: BackupOptions): Promise<string> {
  Logger.overrideLogger(false);
  if (config.server.db_backend === "postgres") throw postgresBackup(config.server.db_url ?? "", options.to);
  const from = config.server.db_path;
  assertPlaces(from, options);
  if (journalModeOf(dirname(resolve(from))).mode === "delete") {
    process.stderr.write(
      "On a network file system nodes cannot write while this copies: agents send their reports later.\n",
    );
  }
  const temporary = `${options.to}.${randomUUID()}.partial`;
  const progress = new ProgressLine(process.stderr);
  try {
    const copied = await interruptible(async (signal) => {
      await copyDatabase(from, temporary, {
        signal,
        onProgress: (done) => {
          progress.show(done, "copied");
        },
      });
      const found = checkedCopy(temporary, from);
      signal.throwIfAborted();
      return found;
    });
    progress.show(1, "copied and checked");
    progress.end();
    publish(temporary, options);
    return summaryOf(config, options.to, copied);
  } catch (error) {
    removeDatabase(temporary);
    throw isUnavailable(error)
      ? new CommandError(placeFault(from) ?? sqliteFault(from, error), { cause: error })
      : error;
  } finally {
    progress.end();
  }
}

function assertPlaces(from: string, { to, force }: BackupOptions): void {
  if (!existsSync(from)) {
    const fix = "correct server.db_path, or the folder this is run in";
    throw new CommandError({ what: `There is no database at ${from}`, fix });
  }
  const folder = dirname(resolve(to));
  if (!existsSync(folder)) throw new CommandError({ what: `There is no folder ${folder}`, fix: "make it first" });
  if (!existsSync(to)) return;
  if (statSync(to).isDirectory()) throw new CommandError({ what: `${to} is a folder`, fix: "name a file in it" });
  if (realpathSync(to) === realpathSync(from)) {
    throw new CommandError({ what: `${to} is the database itself`, fix: "name another file" });
  }
  if (!force) throw taken(to);
  const open = ["-wal", "-journal"].map((suffix) => to + suffix).find((file) => existsSync(file));
  if (open !== undefined) {
    throw new CommandError({ what: `${open} shows that a program uses ${to}`, fix: "name another file" });
  }
}

function checkedCopy(copy: string, from: string): CopiedDatabase {
  const damage = damageOf(copy);
  if (damage) throw new CommandError({ what: damage.what.replace(copy, from), fix: "see `fleet-server doctor`" });
  const found = readCopy(copy);
  if ("what" in found) throw new CommandError({ what: found.what.replace(copy, from), fix: "correct server.db_path" });
  return found;
}

/** In one step, so that nobody finds half a backup under its name. */
function publish(temporary: string, { to, force }: BackupOptions): void {
  if (!force) claim(to);
  renameSync(temporary, to);
  syncFile(dirname(resolve(to)));
}

/** An empty file of this name, which the backup then replaces: another may have come into being meanwhile. */
function claim(to: string): void {
  try {
    closeSync(openSync(to, "wx", 0o600));
  } catch (error) {
    throw (error as NodeJS.ErrnoException).code === "EEXIST" ? taken(to) : error;
  }
}

function taken(to: string): CommandError {
  return new CommandError({ what: `${to} is there already`, fix: "name another file, or replace it with --force" });
}

function summaryOf(config: FleetConfig, to: string, copied: CopiedDatabase): string {
  const keys = new DocumentCipher(config.server.db_encryption_key).keyIds;
  const fault = keysFault(copied, config);
  const needed =
    fault !== undefined
      ? `Warning: ${fault.what}. Keep the keys that do.`
      : keys.length === 0
        ? "It is readable by whoever has it: no database key is set."
        : `Nobody can read it without server.db_encryption_key (${keys.join(", ")}), which is not in it: keep that elsewhere.`;
  return (
    `Backed up ${config.server.db_path} to ${to} (${bytesText(statSync(to).size)}, ${copied.machines} machines), and checked it.\n` +
    `${needed}\n` +
    "Not in it either: the configuration with its other keys, and login sessions.\n"
  );
}
