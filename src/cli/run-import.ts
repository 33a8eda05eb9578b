import { Logger } from "@nestjs/common";
import { readFileSync } from "node:fs";
import type { Repository } from "typeorm";
import { ConfigError } from "../config/config-error.js";
import type { FleetConfig } from "../config/config-schema.js";
import { FernetKey } from "../crypto/fernet.js";
import { KeyRing } from "../crypto/key-ring.js";
import { databaseBackends } from "../database/database-backends.js";
import { DatabaseSecrets } from "../database/database-secrets.js";
import { DocumentCipher } from "../database/document-cipher.js";
import { Sealers } from "../database/sealers.js";
import { Setting } from "../database/setting.entity.js";
import { FleetHashes } from "../fleet/fleet-hashes.js";
import { type ImportCounts, importFleet } from "../fleet/import/import-fleet.js";
import { ImportMark } from "../fleet/import/import-mark.js";
import { PredecessorDatabase } from "../fleet/import/predecessor-database.js";
import { ZonedTime } from "../fleet/import/zoned-time.js";
import { InfoReader } from "../fleet/ingest/info-reader.js";
import type { FleetStore } from "../fleet/store/fleet-store.js";
import { openFleetStore } from "../fleet/store/fleet-store.provider.js";
import { ProgressLine } from "./progress-line.js";

export interface ImportOptions {
  readonly from: string;
  readonly zone: string;
  readonly keyFile: string | undefined;
  /** Seen by everybody who lists processes; `keyFile` is better. */
  readonly key: string | undefined;
}

/** `fleet-server import`; resolves with what to say at its end. */
export async function runImport(config: FleetConfig, options: ImportOptions): Promise<string> {
  const time = zonedTime(options.zone);
  const from = new PredecessorDatabase(options.from, keysOf(options));
  const progress = new ProgressLine(process.stderr);
  try {
    const { machines, samples } = from.count();
    const total = Math.max(machines + samples, 1);
    const counts = await withStore(config, (into, infos, hashes, settings) =>
      importFleet({
        from,
        into,
        infos,
        hashes,
        time,
        mark: new ImportMark(settings, [from.origin, options.zone]),
        onProgress: (rows) => {
          progress.show(rows / total, `${rows} of ${total} rows`);
        },
      }),
    );
    progress.end();
    return summaryOf(counts);
  } finally {
    progress.end();
    from.close();
  }
}

async function withStore<T>(
  { server, machines, history }: FleetConfig,
  work: (store: FleetStore, infos: InfoReader, hashes: FleetHashes, settings: Repository<Setting>) => Promise<T>,
): Promise<T> {
  Logger.overrideLogger(false);
  const cipher = new DocumentCipher(server.db_encryption_key);
  const dataSource = await databaseBackends[server.db_backend].open(server, [Setting], cipher, new Logger("Database"));
  try {
    // As a node of a cluster does: which key comes into use is not for this command to decide.
    const settings = dataSource.getRepository(Setting);
    const sealers = new Sealers(settings, "import");
    const secrets = await DatabaseSecrets.load(settings, cipher, { alone: false, sealers });
    const hashes = new FleetHashes(secrets);
    const store = openFleetStore({ server, history, machines }, cipher);
    try {
      return await work(store, new InfoReader(machines, cipher, hashes), hashes, settings);
    } finally {
      await store.close();
      await sealers.onApplicationShutdown();
    }
  } finally {
    await dataSource.destroy();
  }
}

function keysOf({ key, keyFile }: ImportOptions): KeyRing | undefined {
  const text = keyFile === undefined ? key : readFileSync(keyFile, "utf8");
  if (text === undefined) return undefined;
  try {
    return new KeyRing([FernetKey.parse(text.trim())]);
  } catch {
    throw mistake(keyFile === undefined ? "--key" : "--key-file", "is not a Fernet key: 32 bytes in URL-safe base64");
  }
}

function zonedTime(zone: string): ZonedTime {
  try {
    return new ZonedTime(zone);
  } catch {
    throw mistake("--timezone", `${zone} is not a time zone; name one like Europe/Berlin, or UTC`);
  }
}

function mistake(option: string, message: string): ConfigError {
  return new ConfigError([{ file: option, key: "", message }]);
}

function summaryOf({ machines, samples, skipped }: ImportCounts): string {
  const lines = [`Imported ${machines} machines and ${samples} samples; what was there already was left as it is.`];
  for (const [reason, count] of skipped) lines.push(`Left out ${count} rows: ${reason}.`);
  return `${lines.join("\n")}\n`;
}
