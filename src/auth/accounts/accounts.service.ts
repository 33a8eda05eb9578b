import { Inject, Injectable, Logger } from "@nestjs/common";
import type { Role } from "../../common/access.js";
import { explainFailure } from "../../common/explain-failure.js";
import { FleetError } from "../../common/fleet-error.js";
import { PasswordHasher } from "../../crypto/password-hasher.js";
import { DatabaseClock } from "../../database/database-clock.js";
import { EventLog } from "../../events/event-log.js";
import { LoginSessions } from "../../sessions/login-sessions.js";
import type { Actor } from "../actor.js";
import type { User } from "../user.entity.js";
import { Users } from "../users.js";
import { type NewAccount, assertPassword, assertUsername } from "./account-rules.js";
import { AccountTable } from "./account-table.js";

/**
 * Who may log in, and as what. Whatever takes a user's rights away ends their sessions on all nodes; what was changed is
 * in the event log before a method resolves. All throw BackendUnavailableError, and FleetErrors for the client.
 */
@Injectable()
export class AccountsService {
  private readonly logger = new Logger("Auth");

  constructor(
    private readonly table: AccountTable,
    private readonly users: Users,
    private readonly hasher: PasswordHasher,
    private readonly clock: DatabaseClock,
    @Inject(LoginSessions) private readonly sessions: Pick<LoginSessions, "endAllOf">,
    private readonly events: EventLog,
  ) {}

  /** The users after this name, in the order of their names, and whether there are more. */
  async list(after: string, limit: number): Promise<{ users: User[]; more: boolean }> {
    const users = await this.table.list(after, limit + 1);
    return { users: users.slice(0, limit), more: users.length > limit };
  }

  async create(actor: Actor, { username, password, role }: NewAccount): Promise<User> {
    assertUsername(username);
    assertPassword(password, username);
    const passwordHash = await this.hasher.hash(password);
    const user = { username, passwordHash, role, createdAt: this.clock.nowMs() };
    if (!(await this.table.add(user))) {
      throw new FleetError(409, "USER_EXISTS", "There is a user of this name already: choose another name.");
    }
    const { username: by, address } = actor;
    await this.events.record({ kind: "user.created", subject: username, actor: by, address, details: { role } });
    return user;
  }

  /** The user as they are now. They have to log in again to use the new role. */
  async changeRole(actor: Actor, username: string, role: Role): Promise<User> {
    const before = await this.find(username);
    if (!(await this.table.setRole(username, role))) {
      const now = await this.find(username);
      if (now.role !== role) throw lastAdmin();
      return now;
    }
    await this.changed(actor, username, { what: "role", from: before.role, to: role });
    const { passwordHash, createdAt } = before;
    return { username, passwordHash, role, createdAt };
  }

  async remove(actor: Actor, username: string): Promise<void> {
    const { role } = await this.find(username);
    if (!(await this.table.remove(username))) {
      await this.find(username);
      throw lastAdmin();
    }
    const { username: by, address } = actor;
    await this.events.record({ kind: "user.deleted", subject: username, actor: by, address, details: { role } });
    await this.endSessions(username);
  }

  /** An administrator's way, for those who forgot theirs. */
  async resetPassword(actor: Actor, username: string, password: string): Promise<void> {
    await this.find(username);
    assertPassword(password, username);
    if (!(await this.table.setPassword(username, await this.hasher.hash(password)))) throw unknownUser();
    await this.changed(actor, username, { what: "password" });
  }

  /** What follows every change of a user: the event, and the end of their sessions but the one of the id `exceptId`. */
  async changed(actor: Actor, username: string, details: Record<string, string>, exceptId?: string): Promise<void> {
    const { username: by, address } = actor;
    await this.events.record({ kind: "user.changed", subject: username, actor: by, address, details });
    await this.endSessions(username, exceptId);
  }

  /** The change is done by now, and sessions that could not be ended here end within seconds by LoginRecheck. */
  private async endSessions(username: string, exceptId?: string): Promise<void> {
    try {
      await this.sessions.endAllOf(username, exceptId);
    } catch (error) {
      this.logger.warn(`The sessions of a changed user could not be ended at once: ${explainFailure(error)}`);
    }
  }

  private async find(username: string): Promise<User> {
    const user = await this.users.findByName(username);
    if (!user) throw unknownUser();
    return user;
  }
}

function unknownUser(): FleetError {
  return new FleetError(404, "UNKNOWN_USER", "There is no user of this name; upper and lower case count.");
}

function lastAdmin(): FleetError {
  return new FleetError(
    409,
    "LAST_ADMIN",
    "This is the only administrator, without whom nobody could manage users: make somebody else an admin first.",
  );
}
