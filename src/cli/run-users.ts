import { AccountTable } from "../auth/accounts/account-table.js";
import { newAccountBody, passwordBody, roleBody } from "../auth/accounts/account-rules.js";
import { AccountsService } from "../auth/accounts/accounts.service.js";
import { User } from "../auth/user.entity.js";
import { Users } from "../auth/users.js";
import type { FleetConfig } from "../config/config-schema.js";
import { PasswordHasher } from "../crypto/password-hasher.js";
import { checked } from "./checked.js";
import { commandLine } from "./command-line-actor.js";
import { type FleetDatabase, withFleetDatabase } from "./open-fleet-database.js";
import { readPassword } from "./read-password.js";
import { tableOf } from "./table.js";

export type UsersCommand =
  | { readonly do: "list"; readonly json: boolean }
  | { readonly do: "add"; readonly username: string; readonly role: string }
  | { readonly do: "password" | "remove"; readonly username: string }
  | { readonly do: "role"; readonly username: string; readonly role: string };

const PAGE = 500;
const ENDED = "Whoever is logged in under this name is logged out within ten seconds.";

/** `fleet-server users ...`: as an administrator would over the API, without one. Resolves with what to say. */
export async function runUsers(
  config: FleetConfig,
  command: UsersCommand,
  passwordOf: (username: string) => Promise<string> = readPassword,
): Promise<string> {
  // Before the database is opened: somebody may take a while to type it.
  const password = command.do === "add" || command.do === "password" ? await passwordOf(command.username) : "";
  return withFleetDatabase(config, "users", [User], (database) => perform(accountsOf(database), command, password));
}

function accountsOf({ dataSource, clock, events }: FleetDatabase): AccountsService {
  const repository = dataSource.getRepository(User);
  const hasher = new PasswordHasher();
  // Nodes end the sessions themselves (LoginRecheck): theirs is the store, and theirs must its files stay.
  const sessions = { endAllOf: () => Promise.resolve(0) };
  return new AccountsService(
    new AccountTable(repository),
    new Users(repository, hasher, clock),
    hasher,
    clock,
    sessions,
    events,
  );
}

async function perform(accounts: AccountsService, command: UsersCommand, password: string): Promise<string> {
  switch (command.do) {
    case "list":
      return listOf(await allOf(accounts), command.json);
    case "add": {
      const { username, role } = command;
      const user = await accounts.create(commandLine, checked(newAccountBody, { username, password, role }));
      return `Added ${user.username} as ${user.role}.\n`;
    }
    case "password":
      await accounts.resetPassword(commandLine, command.username, checked(passwordBody, { password }).password);
      return `The password of ${command.username} is set. ${ENDED}\n`;
    case "role": {
      const { role } = checked(roleBody, { role: command.role });
      await accounts.changeRole(commandLine, command.username, role);
      return `${command.username} is ${role} now. ${ENDED}\n`;
    }
    case "remove":
      await accounts.remove(commandLine, command.username);
      return `Removed ${command.username}. ${ENDED}\n`;
  }
}

async function allOf(accounts: AccountsService): Promise<User[]> {
  const all: User[] = [];
  for (let more = true; more;) {
    const page = await accounts.list(all.at(-1)?.username ?? "", PAGE);
    all.push(...page.users);
    more = page.more;
  }
  return all;
}

function listOf(users: readonly User[], json: boolean): string {
  const rows = users.map(({ username, role, createdAt }) => ({
    username,
    role,
    created_at: new Date(createdAt).toISOString(),
  }));
  return json
    ? `${JSON.stringify({ users: rows }, undefined, 2)}\n`
    : tableOf(["username", "role", "created_at"], rows);
}
