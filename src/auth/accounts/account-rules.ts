import { z } from "zod";
import { roles } from "../../common/access.js";
import { FleetError } from "../../common/fleet-error.js";
import { PasswordHasher } from "../../crypto/password-hasher.js";
import { Users } from "../users.js";

const MIN_PASSWORD = 12;
const MIN_BESIDES_NAME = 8;
const MIN_DIFFERENT = 5;

const text = z.string("must be a text");
const password = text.max(PasswordHasher.maxLength, `must have at most ${PasswordHasher.maxLength} characters`);
const role = z.enum(roles, `must be one of ${roles.join(", ")}`);

/** The bodies that the routes of accounts take. A name or password that breaks a rule is told with its own code. */
export const newAccountBody = z.strictObject({ username: text, password, role }).meta({
  id: "NewUser",
  examples: [{ username: "alice", password: "correct horse battery staple", role: "operator" as const }],
});
export type NewAccount = z.output<typeof newAccountBody>;
export const roleBody = z.strictObject({ role }).meta({ id: "RoleChange", examples: [{ role: "operator" as const }] });
export const passwordBody = z
  .strictObject({
    password,
    current_password: password.optional().meta({ description: "Needed to change one's own." }),
  })
  .meta({
    id: "PasswordChange",
    examples: [{ password: "correct horse battery staple", current_password: "the one until now" }],
  });

export const accountListQuery = z.object({
  limit: z.coerce.number("must be a number").int("must be a whole number").min(1).max(500).default(100),
  /** The last name of the page before. */
  cursor: z.string().max(Users.maxNameLength).optional().meta({ description: "The `next_cursor` of the page before." }),
});

/** Throws FleetError 400 unless the name is fit for a new user: it stands in addresses and logs as it is. */
export function assertUsername(username: string): void {
  if (username.length <= Users.maxNameLength && /^[A-Za-z0-9][A-Za-z0-9._@+-]*$/.test(username)) return;
  throw new FleetError(
    400,
    "INVALID_USERNAME",
    `The user name must have 1 to ${Users.maxNameLength} characters, Latin letters, digits and . _ @ + -, and begin with ` +
      "a letter or digit.",
  );
}

/** Throws FleetError 400 unless the password is fit for this user. */
export function assertPassword(candidate: string, username: string): void {
  const problem = passwordProblem(candidate, username);
  if (problem !== null) throw new FleetError(400, "WEAK_PASSWORD", problem);
}

/**
 * What is wrong with a password, or null. Length counts, and no kinds of characters are asked for (NIST SP 800-63B
 * section 5.1.1.2); characters are Unicode's, after the normalization that hashing does.
 */
export function passwordProblem(candidate: string, username: string): string | null {
  const characters = Array.from(candidate.normalize("NFC"));
  if (characters.length < MIN_PASSWORD) {
    return `The password is too short: use at least ${MIN_PASSWORD} characters, several words for example.`;
  }
  if (new Set(characters).size < MIN_DIFFERENT) {
    return `The password repeats itself: use at least ${MIN_DIFFERENT} different characters.`;
  }
  const besides = candidate.normalize("NFC").toLowerCase().replaceAll(username.normalize("NFC").toLowerCase(), "");
  if (Array.from(besides).length < MIN_BESIDES_NAME) {
    return `The password is hardly more than the user name: use at least ${MIN_BESIDES_NAME} characters besides it.`;
  }
  return null;
}
