import { FleetError } from "../common/fleet-error.js";
import { matchesAny } from "../crypto/constant-time.js";

/** Throws FleetError 401 unless `key`, the `X-API-Key` header, is one of the accepted ones. */
export function assertAgentKey(key: string | undefined, accepted: readonly string[]): void {
  if (key === undefined || key === "") {
    throw new FleetError(401, "INVALID_API_KEY", "The X-API-Key header is missing: send the server's API key in it.");
  }
  if (!matchesAny(key, accepted)) {
    throw new FleetError(401, "INVALID_API_KEY", "The API key is wrong: send the one set as server.api_key.");
  }
}
