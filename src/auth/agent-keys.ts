import { FleetError } from "../common/fleet-error.js";
import { SecretTexts } from "../crypto/constant-time.js";

/** The API keys that open what is for agents. */
export class AgentKeys {
  private readonly accepted: SecretTexts;

  constructor(accepted: readonly string[]) {
    this.accepted = new SecretTexts(accepted);
  }

  /** Throws FleetError 401 unless `key`, the `X-API-Key` header, is one of the accepted ones. */
  assertAccepted(key: string | undefined): void {
    if (key === undefined || key === "") {
      throw new FleetError(401, "INVALID_API_KEY", "The X-API-Key header is missing: send the server's API key in it.");
    }
    if (!this.accepted.has(key)) {
      throw new FleetError(401, "INVALID_API_KEY", "The API key is wrong: send the one set as server.api_key.");
    }
  }
}
