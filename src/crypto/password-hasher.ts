import { hash as hashArgon2, parseOptions, verify as verifyArgon2 } from "@node-rs/argon2";
import { PasswordTooLongError } from "./errors.js";

/** OWASP's recommendation for Argon2id (the library's default variant): 19 MiB, two passes, one lane. */
const COST = { memoryCost: 19 * 1024, timeCost: 2, parallelism: 1 };
/** A stored hash that asks for more than this is damaged: nothing here ever wrote one. */
const MAX_COST = { memoryCost: 1024 * 1024, timeCost: 64 };

/**
 * Hashes and checks passwords with Argon2id (RFC 9106) on the thread pool, so that the event loop goes on. Passwords
 * are normalized (RFC 8265: NFC), because keyboards differ in how they compose an accent.
 */
export class PasswordHasher {
  /** In UTF-16 units. A longer password is refused unread, so that it cannot be used to burn processor time. */
  static readonly maxLength = 1024;

  /** The hash as a PHC string with a salt of its own. Throws PasswordTooLongError. */
  async hash(password: string): Promise<string> {
    if (password.length > PasswordHasher.maxLength) throw new PasswordTooLongError(PasswordHasher.maxLength);
    return hashArgon2(password.normalize("NFC"), COST);
  }

  /** Whether the password made the hash. A malformed hash is false, after as long as a wrong password takes. */
  async verify(hash: string, password: string): Promise<boolean> {
    if (password.length > PasswordHasher.maxLength) return false;
    if (!isReadable(hash)) return this.verifyAgainstNothing(password);
    return verifyArgon2(hash, password.normalize("NFC"));
  }

  /** Always false, after as long as `verify` takes: for a user who does not exist, so that the time does not tell. */
  async verifyAgainstNothing(password: string): Promise<false> {
    if (password.length <= PasswordHasher.maxLength) await this.hash(password);
    return false;
  }
}

function isReadable(hash: string): boolean {
  try {
    const { memoryCost, timeCost } = parseOptions(hash);
    return memoryCost <= MAX_COST.memoryCost && timeCost <= MAX_COST.timeCost;
  } catch {
    return false;
  }
}
