import { Logger } from "@nestjs/common";
import type { FleetConfig } from "../config/config-schema.js";
import { databaseBackends } from "../database/database-backends.js";
import { DatabaseKeys } from "../database/database-keys.js";
import { DocumentCipher } from "../database/document-cipher.js";
import { Incarnations } from "../database/incarnations.js";
import { KeyRetirement } from "../database/rotation/key-retirement.js";
import { type RotationResult, describeHolder, rotateKeys } from "../database/rotation/rotate-keys.js";
import { Sealers } from "../database/sealers.js";
import { Setting } from "../database/setting.entity.js";
import { EventLog } from "../events/event-log.js";
import { StoredEvent } from "../events/event.entity.js";
import { ProgressLine } from "./progress-line.js";

export interface RotationCommand {
  readonly rowsPerSecond: number;
  /** How long to wait for nodes that still seal with an older key. */
  readonly waitSeconds: number;
  /** Nodes that have ended for good without a word. */
  readonly gone: readonly string[];
}

/** `fleet-server keys rotate`; resolves with what to say at its end. Throws as rotateKeys does. */
export async function runRotation(
  { server, cluster }: FleetConfig,
  { rowsPerSecond, waitSeconds, gone }: RotationCommand,
): Promise<string> {
  const cipher = new DocumentCipher(server.db_encryption_key);
  const backend = databaseBackends[server.db_backend];
  // On standard error, like the progress: what is said at the end stands alone.
  Logger.overrideLogger(false);
  const dataSource = await backend.open(server, [Setting, StoredEvent], cipher, new Logger("Database"));
  const progress = new ProgressLine(process.stderr);
  try {
    const settings = dataSource.getRepository(Setting);
    const sealers = new Sealers(settings, "keys rotate");
    for (const name of gone) await sealers.forget(name);
    const incarnations = new Incarnations(dataSource);
    const retirement = new KeyRetirement(settings, sealers, incarnations, cluster.node_timeout * 1000);
    const events = new EventLog(dataSource.getRepository(StoredEvent), cipher, await backend.clock(dataSource));
    const result = await rotateKeys(dataSource, new DatabaseKeys(settings, cipher), cipher, retirement, {
      rowsPerSecond,
      waitMs: waitSeconds * 1000,
      onProgress: ({ rows, totalRows, resealed }) => {
        progress.show(totalRows === 0 ? 1 : rows / totalRows, `${resealed} values sealed anew`);
      },
      onWait: (holders) => {
        progress.show(1, `waiting for ${holders.map(describeHolder).join(", ")}`);
      },
      onRetiring: ({ id, keyId, retiring }) => recordRotation(events, keyId, retiring, id),
    });
    // What was readable so far, or sealed with a key that an earlier run took out of use.
    if (result.retired.length === 0 && result.resealed > 0) await recordRotation(events, result.keyId, []);
    progress.end();
    return sentenceOf(result);
  } finally {
    progress.end();
    await dataSource.destroy();
  }
}

function sentenceOf({ keyId, resealed, unreadable, retired }: RotationResult): string {
  const old =
    retired.length === 0
      ? "No other key is in use."
      : `Take ${retired.join(", ")} out of server.db_encryption_key of every node now.`;
  const left = unreadable === 0 ? "" : `${unreadable} values are left, which no key of the list opens.\n`;
  return `Everything is sealed with the key ${keyId} (${resealed} values were sealed anew). ${old}\n${left}`;
}

async function recordRotation(
  events: EventLog,
  keyId: string,
  retiring: readonly string[],
  id?: string,
): Promise<void> {
  const event = {
    kind: "key.changed",
    subject: keyId,
    details: {
      setting: "server.db_encryption_key",
      change: "everything is sealed with it",
      ...(retiring.length > 0 ? { retired: retiring.join(", ") } : {}),
    },
    ...(id === undefined ? {} : { onceKey: `key.changed:${keyId}:${id}` }),
  } as const;
  await events.record(event);
}
