import { type Role, roles } from "../common/access.js";
import { FleetError } from "../common/fleet-error.js";
import type { SessionUser } from "../sessions/session-data.js";

/** Throws FleetError 401 where nobody is logged in, 403 where the user's role does not reach `atLeast`. */
export function assertRole(user: SessionUser | undefined, atLeast: Role): void {
  if (!user) throw new FleetError(401, "UNAUTHENTICATED", "Log in first.");
  // A role that is not known here, say one of a newer version, may do nothing.
  if (roles.indexOf(user.role) < roles.indexOf(atLeast)) {
    throw new FleetError(403, "FORBIDDEN", `This needs the role ${atLeast} or a higher one; yours does not reach it.`);
  }
}
