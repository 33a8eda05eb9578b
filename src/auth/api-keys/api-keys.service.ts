import { Injectable } from "@nestjs/common";
import { randomBytes } from "node:crypto";
import { FleetError } from "../../common/fleet-error.js";
import { DatabaseClock } from "../../database/database-clock.js";
import { EventLog } from "../../events/event-log.js";
import type { Actor } from "../actor.js";
import type { NewApiKey } from "./api-key-answer.js";
import type { ApiKey } from "./api-key.entity.js";
import { ApiKeyHash } from "./api-key-hash.js";
import { ApiKeyTable } from "./api-key-table.js";
import { newApiKey, prefixOf } from "./api-key-text.js";

/** The API keys there are. What was changed is in the event log before a method resolves; all throw BackendUnavailableError. */
@Injectable()
export class ApiKeysService {
  constructor(
    private readonly table: ApiKeyTable,
    private readonly hash: ApiKeyHash,
    private readonly clock: DatabaseClock,
    private readonly events: EventLog,
  ) {}

  list(): Promise<ApiKey[]> {
    return this.table.list();
  }

  /** Resolves with the key in its only copy. Throws FleetError 400 and 409. */
  async create(
    { username, address }: Actor,
    { name, scope, expires_at, requests_per_minute }: NewApiKey,
  ): Promise<{ apiKey: ApiKey; key: string }> {
    const now = this.clock.nowMs();
    const expiresAt = expires_at === undefined ? null : Date.parse(expires_at);
    if (expiresAt !== null && expiresAt <= now) {
      throw new FleetError(400, "INVALID_EXPIRY", "expires_at is in the past: the key would open nothing.");
    }
    const key = newApiKey();
    const apiKey = {
      id: randomBytes(8).toString("hex"),
      name,
      scope,
      keyHash: this.hash.of(key),
      prefix: prefixOf(key),
      createdAt: now,
      createdBy: username,
      expiresAt,
      lastUsedAt: null,
      requestsPerMinute: requests_per_minute ?? null,
    };
    if (!(await this.table.add(apiKey))) {
      throw new FleetError(409, "API_KEY_EXISTS", "There is an API key of this name already: choose another name.");
    }
    await this.events.record({ kind: "api_key.created", subject: name, actor: username, address, details: { scope } });
    return { apiKey, key };
  }

  /** Throws FleetError 404. */
  async remove({ username, address }: Actor, id: string): Promise<void> {
    const found = await this.table.find(id);
    if (!found || !(await this.table.remove(id))) {
      throw new FleetError(404, "UNKNOWN_API_KEY", "There is no such API key; it may have been deleted already.");
    }
    await this.events.record({ kind: "api_key.deleted", subject: found.name, actor: username, address });
  }
}
