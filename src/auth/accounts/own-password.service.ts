import { Injectable } from "@nestjs/common";
import type { Request } from "express";
import { promisify } from "node:util";
import { FleetError } from "../../common/fleet-error.js";
import { PasswordHasher } from "../../crypto/password-hasher.js";
import { actorOf } from "../actor.js";
import { LoginStamps } from "../login-stamps.js";
import { LoginThrottle } from "../throttling/login-throttle.js";
import { Users } from "../users.js";
import { assertPassword } from "./account-rules.js";
import { AccountTable } from "./account-table.js";
import { AccountsService } from "./accounts.service.js";

/** Lets users change their own password, who prove by the current one that they have not just left a screen open. */
@Injectable()
export class OwnPasswordService {
  constructor(
    private readonly users: Users,
    private readonly table: AccountTable,
    private readonly accounts: AccountsService,
    private readonly hasher: PasswordHasher,
    private readonly stamps: LoginStamps,
    private readonly throttle: LoginThrottle,
  ) {}

  /**
   * Ends the user's sessions on all nodes but the request's own. A wrong current password counts as a failed login does.
   * Once `gone` aborts, a change that still waits for its check is dropped. Throws the signal's reason then, FleetError
   * 400, 403, 409, TooManyAttemptsError and BackendUnavailableError.
   */
  async change(req: Request, current: string | undefined, password: string, gone?: AbortSignal): Promise<void> {
    const actor = actorOf(req);
    const { username } = actor;
    if (current === undefined) {
      throw new FleetError(400, "CURRENT_PASSWORD_REQUIRED", "Send your current password too, as current_password.");
    }
    assertPassword(password, username);
    const user = await this.throttle.attempt(username, req.ip, () => this.users.verify(username, current), gone);
    if (!user) throw new FleetError(403, "WRONG_PASSWORD", "The current password is wrong.");

    const passwordHash = await this.hasher.hash(password);
    // First, so that no other request of this session finds itself logged out in between.
    await this.letStand(req, [this.stamps.of(user), this.stamps.of({ role: user.role, passwordHash })]);
    if (!(await this.table.setPassword(username, passwordHash, user.passwordHash))) {
      throw new FleetError(409, "PASSWORD_CHANGED", "The password was changed by somebody else meanwhile.");
    }
    await this.accounts.changed(actor, username, { what: "password" }, req.session.login?.id);
  }

  /** The request's session stays logged in as long as one of the stamps is the user's. */
  private async letStand({ session }: Request, stamps: readonly string[]): Promise<void> {
    if (!session.login) return;
    session.login = { ...session.login, stamps };
    await promisify(session.save.bind(session))();
  }
}
