import type { FleetConfig } from "../../config/config-schema.js";
import { DocumentCipher } from "../../database/document-cipher.js";
import { sqliteMigrations } from "../../database/migrations/sqlite-migrations.js";
import type { DatabaseExamination } from "../examined-database.js";
import { keysCheck } from "../keys-check.js";
import { schemaCheck } from "../schema-check.js";
import { fileCheck } from "./file-check.js";
import { folderCheck } from "./folder-check.js";
import { formatCheck } from "./format-check.js";
import { integrityCheck } from "./integrity-check.js";
import { journalCheck } from "./journal-check.js";
import { permissionsCheck } from "./permissions-check.js";
import { spaceCheck } from "./space-check.js";
import { SqliteReader } from "./sqlite-reader.js";

/** The fleet's database, where it is a SQLite file. */
export function examineSqlite({
  server: { db_path: path, db_encryption_key: keys },
}: FleetConfig): DatabaseExamination {
  const reader = new SqliteReader(path);
  const integrity = integrityCheck(reader);
  return {
    database: reader,
    checks: [
      folderCheck(path),
      spaceCheck(path),
      fileCheck(path),
      formatCheck(path),
      permissionsCheck(path),
      journalCheck(path),
      integrity,
      schemaCheck(reader, sqliteMigrations, [integrity.name]),
      keysCheck(reader, new DocumentCipher(keys), [integrity.name]),
    ],
    close: () => {
      reader.close();
      return Promise.resolve();
    },
  };
}
