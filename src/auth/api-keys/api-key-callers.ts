import { Injectable } from "@nestjs/common";
import type { ServerResponse } from "node:http";
import type { Role } from "../../common/access.js";
import type { Caller } from "../../common/caller.js";
import { FleetError } from "../../common/fleet-error.js";
import { ApiKeyLimits } from "./api-key-limits.js";
import { ApiKeyLookup } from "./api-key-lookup.js";
import type { ApiKey, ApiKeyScope } from "./api-key.entity.js";

const READING = new Set(["GET", "HEAD"]);
const roleOf: Readonly<Record<ApiKeyScope, Role>> = { read: "viewer", operate: "operator", admin: "admin" };

/** Who a program is by the API key it sends. */
@Injectable()
export class ApiKeyCallers {
  constructor(
    private readonly lookup: ApiKeyLookup,
    private readonly limits: ApiKeyLimits,
  ) {}

  /**
   * Throws FleetError 401 for a key that there is not or that has expired, 403 where its scope does not allow the method,
   * 429 past its requests a minute, and BackendUnavailableError. What is left of them stands in headers of `res`.
   */
  async callerOf(key: string, method: string, res: ServerResponse): Promise<Caller> {
    const found = await this.lookup.find(key);
    if (!found) {
      throw new FleetError(
        401,
        "INVALID_API_KEY",
        "There is no such API key, or it has expired; an administrator makes a new one under Settings.",
      );
    }
    this.limits.take(found, res);
    if (found.scope === "read" && !READING.has(method)) {
      throw new FleetError(
        403,
        "API_KEY_SCOPE",
        "This API key may only read; this needs one with a scope that changes things.",
      );
    }
    return callerBy(found);
  }

  /** Whether the key still opens what it opened; for answers that go on for long. */
  async stands(key: string): Promise<boolean> {
    return (await this.lookup.find(key)) !== undefined;
  }
}

function callerBy({ name, scope }: Pick<ApiKey, "name"> & { readonly scope: string }): Caller {
  // A scope of a newer version, which this one does not know, opens least.
  const role = Object.hasOwn(roleOf, scope) ? roleOf[scope as ApiKeyScope] : "viewer";
  return { username: `api key ${name}`, role, by: "api-key" };
}
