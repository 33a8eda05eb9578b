import { Logger } from "@nestjs/common";
import type { FleetConfig } from "../config/config-schema.js";
import { databaseBackends } from "../database/database-backends.js";
import { DatabaseClock } from "../database/database-clock.js";
import { DatabaseKeys } from "../database/database-keys.js";
import { DocumentCipher } from "../database/document-cipher.js";
import { rotateKeys } from "../database/rotation/rotate-keys.js";
import { Setting } from "../database/setting.entity.js";
import { EventLog } from "../events/event-log.js";
import { StoredEvent } from "../events/event.entity.js";
import { ProgressLine } from "./progress-line.js";

/** `fleet-server keys rotate`; resolves with what to say at its end. Throws as rotateKeys does. */
export async function runRotation({ server }: FleetConfig, rowsPerSecond: number): Promise<string> {
  const cipher = new DocumentCipher(server.db_encryption_key);
  const backend = databaseBackends[server.db_backend];
  Logger.overrideLogger(false);
  const dataSource = await backend.open(server, [Setting, StoredEvent], cipher, new Logger("Database"));
  const progress = new ProgressLine(process.stderr);
  try {
    const keys = new DatabaseKeys(dataSource.getRepository(Setting), cipher);
    const { keyId, resealed, retired } = await rotateKeys(dataSource, keys, cipher, {
      rowsPerSecond,
      onProgress: ({ rows, totalRows, resealed: values }) => {
        progress.show(totalRows === 0 ? 1 : rows / totalRows, `${values} values sealed anew`);
      },
    });
    progress.end();
    if (resealed > 0 || retired.length > 0)
      await recordRotation(new EventLog(dataSource.getRepository(StoredEvent), cipher, new DatabaseClock()), keyId);
    const old =
      retired.length === 0
        ? "No other key is in use."
        : `Take ${retired.join(", ")} out of server.db_encryption_key of every node now.`;
    return `Everything is sealed with the key ${keyId} (${resealed} values were sealed anew). ${old}\n`;
  } finally {
    progress.end();
    await dataSource.destroy();
  }
}

async function recordRotation(events: EventLog, keyId: string): Promise<void> {
  const details = { setting: "server.db_encryption_key", change: "everything is sealed with it" };
  await events.record({ kind: "key.changed", subject: keyId, details });
}
