import { type Role, roles } from "../common/access.js";
import type { Caller } from "../common/caller.js";
import { FleetError } from "../common/fleet-error.js";

const scopes: Readonly<Record<Role, string>> = {
  viewer: "of this version",
  operator: "with the scope operate or admin",
  admin: "with the scope admin",
};

/** Gives the caller back. Throws FleetError 401 where there is none, 403 where their role does not reach `atLeast`. */
export function assertRole(caller: Caller | undefined, atLeast: Role): Caller {
  if (!caller) throw new FleetError(401, "UNAUTHENTICATED", "Log in first.");
  // A role that is not known here, say one of a newer version, may do nothing.
  if (roles.indexOf(caller.role) < roles.indexOf(atLeast)) {
    if (caller.by === "api-key")
      throw new FleetError(403, "API_KEY_SCOPE", `This needs an API key ${scopes[atLeast]}.`);
    throw new FleetError(403, "FORBIDDEN", `This needs the role ${atLeast} or a higher one; yours does not reach it.`);
  }
  return caller;
}
