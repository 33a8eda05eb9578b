import { Injectable } from "@nestjs/common";
import { KeyedHash } from "../crypto/keyed-hash.js";
import { DatabaseSecrets } from "../database/database-secrets.js";
import type { User } from "./user.entity.js";

/**
 * Stand for what a login was based on: the user's password, whose hash has a salt of its own, and role. A session keeps
 * the stamp of its login; once the user's is another, the login no longer stands (docs/decisions/0018-when-a-login-ends.md).
 */
@Injectable()
export class LoginStamps {
  private readonly hash: KeyedHash;

  constructor(secrets: DatabaseSecrets) {
    this.hash = new KeyedHash(secrets.derive("login-stamp"));
  }

  of({ passwordHash, role }: Pick<User, "passwordHash" | "role">): string {
    return this.hash.hex(JSON.stringify([passwordHash, role]));
  }
}
