import { z } from "zod";
import { FleetError } from "../common/fleet-error.js";
import { PasswordHasher } from "../crypto/password-hasher.js";
import { Users } from "./users.js";

/** What a login sends, in a form or as JSON. */
export const credentials = z
  .object({
    username: z.string().max(Users.maxNameLength),
    password: z.string().max(PasswordHasher.maxLength),
  })
  .meta({ id: "Credentials", examples: [{ username: "admin", password: "correct horse battery staple" }] });

export type Credentials = z.output<typeof credentials>;

/** The user name and password in a request's body. Throws FleetError 400. */
export function readLogin(body: unknown): Credentials {
  const result = credentials.safeParse(body);
  if (result.success) return result.data;
  throw new FleetError(
    400,
    "INVALID_LOGIN",
    `Send username (at most ${Users.maxNameLength} characters) and password (at most ${PasswordHasher.maxLength}).`,
  );
}
