import { Injectable } from "@nestjs/common";
import { InjectRepository } from "@nestjs/typeorm";
import { Repository } from "typeorm";
import type { Role } from "../../common/access.js";
import { askDatabase } from "../../database/ask-database.js";
import { User } from "../user.entity.js";

/** Holds for a user without whom there would still be an administrator. */
const DISPENSABLE =
  "(role <> 'admin' OR EXISTS (SELECT 1 FROM users other WHERE other.role = 'admin' AND other.username <> :username))";

/**
 * Changes to the users. Each is one statement with its conditions in it, so that nodes may make them at once: there is
 * always an administrator left. Every method throws BackendUnavailableError when the database cannot be used.
 */
@Injectable()
export class AccountTable {
  constructor(@InjectRepository(User) private readonly users: Repository<User>) {}

  /** The next users after this name, in the order of their names. */
  list(after: string, limit: number): Promise<User[]> {
    return askDatabase(() =>
      this.users
        .createQueryBuilder("u")
        .where("u.username > :after", { after })
        .orderBy("u.username")
        .limit(limit)
        .getMany(),
    );
  }

  /** Whether the user was added; false where there is one of this name. */
  async add(user: User): Promise<boolean> {
    await askDatabase(() => this.users.createQueryBuilder().insert().values(user).orIgnore().execute());
    const stored = await askDatabase(() => this.users.findOneBy({ username: user.username }));
    // No two hashes have the same salt.
    return stored?.passwordHash === user.passwordHash;
  }

  /** Whether the password was changed; false where the user no longer exists or, if given, `expectedHash` is not theirs. */
  async setPassword(username: string, passwordHash: string, expectedHash?: string): Promise<boolean> {
    const which = expectedHash === undefined ? { username } : { username, passwordHash: expectedHash };
    const { affected } = await askDatabase(() => this.users.update(which, { passwordHash }));
    return affected === 1;
  }

  /** Whether the role was changed; false where the user has it, no longer exists, or is the last administrator. */
  setRole(username: string, role: Role): Promise<boolean> {
    return this.keepingAnAdmin(async (users) => {
      const change = users
        .createQueryBuilder()
        .update()
        .set({ role })
        .where("username = :username AND role <> :role", { username, role });
      if (role !== "admin") change.andWhere(DISPENSABLE);
      return (await change.execute()).affected === 1;
    });
  }

  /** Whether the user was removed; false where they no longer exist or are the last administrator. */
  remove(username: string): Promise<boolean> {
    return this.keepingAnAdmin(async (users) => {
      const removal = users.createQueryBuilder().delete().where("username = :username", { username });
      return (await removal.andWhere(DISPENSABLE).execute()).affected === 1;
    });
  }

  /**
   * SQLite lets one statement write at a time. PostgreSQL's do not see what others are about to commit, so there those who
   * may take an administrator away lock all of them first, in one order, and so take turns.
   */
  private keepingAnAdmin(change: (users: Repository<User>) => Promise<boolean>): Promise<boolean> {
    return askDatabase(() => {
      const { manager } = this.users;
      if (manager.dataSource.options.type !== "postgres") return change(this.users);
      return manager.transaction(async (transaction) => {
        const users = transaction.getRepository(User);
        const admins = users.createQueryBuilder("u").where("u.role = 'admin'").orderBy("u.username");
        await admins.setLock("pessimistic_write").getMany();
        return change(users);
      });
    });
  }
}
