import { Injectable } from "@nestjs/common";
import type { Caller } from "../../common/caller.js";
import { FleetError } from "../../common/fleet-error.js";
import type { ApiKey } from "./api-key.entity.js";
import { ApiKeyLookup } from "./api-key-lookup.js";

const READING = new Set(["GET", "HEAD"]);

/** Who a program is by the API key it sends. */
@Injectable()
export class ApiKeyCallers {
  constructor(private readonly lookup: ApiKeyLookup) {}

  /**
   * Throws FleetError 401 for a key that there is not or that has expired, 403 where its scope does not allow the method,
   * and BackendUnavailableError.
   */
  async callerOf(key: string, method: string): Promise<Caller> {
    const found = await this.lookup.find(key);
    if (!found) {
      throw new FleetError(
        401,
        "INVALID_API_KEY",
        "There is no such API key, or it has expired; an administrator makes a new one under Settings.",
      );
    }
    if (found.scope === "read" && !READING.has(method)) {
      throw new FleetError(403, "API_KEY_SCOPE", "This API key may only read; this needs one with the scope admin.");
    }
    return callerBy(found);
  }

  /** Whether the key still opens what it opened; for answers that go on for long. */
  async stands(key: string): Promise<boolean> {
    return (await this.lookup.find(key)) !== undefined;
  }
}

function callerBy({ name, scope }: ApiKey): Caller {
  return { username: `api key ${name}`, role: scope === "admin" ? "admin" : "viewer", by: "api-key" };
}
