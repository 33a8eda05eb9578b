import { Injectable } from "@nestjs/common";
import { InjectRepository } from "@nestjs/typeorm";
import { Repository } from "typeorm";
import { PasswordHasher } from "../crypto/password-hasher.js";
import { DatabaseClock } from "../database/database-clock.js";
import { askDatabase } from "../database/ask-database.js";
import { User } from "./user.entity.js";

/** Those who may log in. Every method throws BackendUnavailableError when the database cannot be used. */
@Injectable()
export class Users {
  static readonly maxNameLength = 128;

  constructor(
    @InjectRepository(User) private readonly users: Repository<User>,
    private readonly hasher: PasswordHasher,
    private readonly clock: DatabaseClock,
  ) {}

  /** The user whose name and password these are, or null; both kinds of mistake take equally long. */
  async verify(username: string, password: string): Promise<User | null> {
    const user = await this.findByName(username);
    const fits = user
      ? await this.hasher.verify(user.passwordHash, password)
      : await this.hasher.verifyAgainstNothing(password);
    return fits ? user : null;
  }

  async findByName(username: string): Promise<User | null> {
    // PostgreSQL has no text with a NUL in it.
    if (username.length > Users.maxNameLength || username.includes("\0")) return null;
    return askDatabase(() => this.users.findOneBy({ username }));
  }

  /** Creates an administrator if there is no user at all, and tells whether this call did. Nodes may do so together. */
  async createFirstAdmin(username: string, password: string): Promise<boolean> {
    if ((await askDatabase(() => this.users.count())) > 0) return false;
    const passwordHash = await this.hasher.hash(password);
    const admin: User = { username, passwordHash, role: "admin", createdAt: this.clock.nowMs() };
    await askDatabase(() => this.users.createQueryBuilder().insert().values(admin).orIgnore().execute());
    return (await this.findByName(username))?.passwordHash === passwordHash;
  }
}
