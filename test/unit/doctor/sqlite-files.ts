import { Logger } from "@nestjs/common";
import Database from "better-sqlite3";
import { readFileSync, readdirSync } from "node:fs";
import path from "node:path";
import type { DataSource } from "typeorm";
import { FernetKey } from "../../../src/crypto/fernet.js";
import { DatabaseSecrets } from "../../../src/database/database-secrets.js";
import { DocumentCipher } from "../../../src/database/document-cipher.js";
import { openSqliteDatabase } from "../../../src/database/open-sqlite-database.js";
import { Setting } from "../../../src/database/setting.entity.js";
import { makeTempFolder } from "../../support/temp-folder.js";
import { findingsOf } from "./doctor-findings.js";

/** The database key, where a test asks for no other. */
export const key = FernetKey.generate();
const logger = new Logger("Test");

/** As a node does at its start. */
export const openFleet = (file: string, keys: readonly string[] = [key]): Promise<DataSource> =>
  openSqliteDatabase(file, [Setting], new DocumentCipher(keys), logger);

/** A database as a node leaves it that has stopped. */
export async function makeDatabase(keys: readonly string[] = [key]): Promise<string> {
  const file = path.join(makeTempFolder("doctor"), "fleet.sqlite3");
  const dataSource = await openFleet(file, keys);
  await DatabaseSecrets.load(dataSource.getRepository(Setting), new DocumentCipher(keys));
  await dataSource.destroy();
  return file;
}

/** As another program that has the file open for a moment. */
export function change(file: string, statement: string): void {
  const db = new Database(file);
  db.exec(statement);
  db.close();
}

/** What the doctor finds. */
export const look = (file: string, keys: readonly string[] = [key]) =>
  findingsOf({
    FLEET_SERVER__DB_PATH: file,
    ...(keys.length > 0 ? { FLEET_SERVER__DB_ENCRYPTION_KEY: JSON.stringify(keys) } : {}),
  });

/** Everything in the folder; not the log's index, which every reader notes itself in. */
export function bytesIn(file: string): Record<string, string> {
  const folder = path.dirname(file);
  const names = readdirSync(folder);
  return Object.fromEntries(
    names.map((name) => [name, name.endsWith("-shm") ? "" : readFileSync(path.join(folder, name)).toString("base64")]),
  );
}
