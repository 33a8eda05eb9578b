import { newApiKeyBody } from "../auth/api-keys/api-key-answer.js";
import { ApiKeyHash } from "../auth/api-keys/api-key-hash.js";
import { ApiKeyTable } from "../auth/api-keys/api-key-table.js";
import { ApiKey } from "../auth/api-keys/api-key.entity.js";
import { ApiKeysService } from "../auth/api-keys/api-keys.service.js";
import { FleetError } from "../common/fleet-error.js";
import type { FleetConfig } from "../config/config-schema.js";
import { checked } from "./checked.js";
import { commandLine } from "./command-line-actor.js";
import { type FleetDatabase, withFleetDatabase } from "./open-fleet-database.js";
import { tableOf } from "./table.js";

export type ApiKeysCommand =
  | { readonly do: "list"; readonly json: boolean }
  | {
      readonly do: "create";
      readonly name: string;
      readonly scope: string;
      readonly expires: string | undefined;
      readonly requestsPerMinute: number | undefined;
    }
  | { readonly do: "remove"; readonly name: string };

/** `fleet-server api-keys ...`: as an administrator would over the API, without one. Resolves with what to print. */
export function runApiKeys(
  config: FleetConfig,
  command: ApiKeysCommand,
  remark: (text: string) => void = (text) => process.stderr.write(text),
): Promise<string> {
  return withFleetDatabase(config, "api-keys", [ApiKey], (database) => perform(keysOf(database), command, remark));
}

function keysOf({ dataSource, secrets, clock, events }: FleetDatabase): ApiKeysService {
  const table = new ApiKeyTable(dataSource.getRepository(ApiKey));
  return new ApiKeysService(table, new ApiKeyHash(secrets), clock, events);
}

async function perform(keys: ApiKeysService, command: ApiKeysCommand, remark: (text: string) => void): Promise<string> {
  switch (command.do) {
    case "list":
      return listOf(await keys.list(), command.json);
    case "create": {
      const { name, scope, expires: expires_at, requestsPerMinute: requests_per_minute } = command;
      const body = checked(newApiKeyBody, { name, scope, expires_at, requests_per_minute });
      const { key } = await keys.create(commandLine, body);
      // Alone on standard output: whoever asks for it from a script wants nothing else.
      remark("This is the key. Keep it now: it is not told again.\n");
      return `${key}\n`;
    }
    case "remove": {
      const found = (await keys.list()).find(({ name }) => name === command.name);
      if (!found) throw new FleetError(404, "UNKNOWN_API_KEY", "There is no API key of this name.");
      await keys.remove(commandLine, found.id);
      return `Removed ${found.name}: it is refused on every node within five seconds.\n`;
    }
  }
}

function listOf(keys: readonly ApiKey[], json: boolean): string {
  const rows = keys.map(({ name, scope, prefix, createdAt, createdBy, expiresAt, lastUsedAt, requestsPerMinute }) => ({
    name,
    scope,
    prefix,
    created_at: new Date(createdAt).toISOString(),
    created_by: createdBy,
    expires_at: expiresAt === null ? null : new Date(expiresAt).toISOString(),
    last_used_at: lastUsedAt === null ? null : new Date(lastUsedAt).toISOString(),
    // Null: what server.api_key_requests_per_minute says.
    requests_per_minute: requestsPerMinute,
  }));
  if (json) return `${JSON.stringify({ api_keys: rows }, undefined, 2)}\n`;
  return tableOf(
    ["name", "scope", "prefix", "created_at", "created_by", "expires_at", "last_used_at", "requests_per_minute"],
    rows,
  );
}
