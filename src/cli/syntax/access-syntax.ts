import { type CommandSyntax, UsageError } from "./command-syntax.js";

/** Who and what may use the server. Names, roles, scopes and passwords are judged later, by the rules that the API has. */
export const accessSyntax: readonly CommandSyntax[] = [
  {
    words: "users list",
    options: ["json"],
    read: ({ config, json = false }) => ({ name: "users", configFile: config, options: { do: "list", json } }),
  },
  {
    words: "users add",
    operands: ["NAME"],
    options: ["role"],
    read: ({ config, role }, [username = ""]) => ({
      name: "users",
      configFile: config,
      options: { do: "add", username, role: needed(role, "users add needs --role: viewer, operator or admin") },
    }),
  },
  {
    words: "users password",
    operands: ["NAME"],
    read: ({ config }, [username = ""]) => ({
      name: "users",
      configFile: config,
      options: { do: "password", username },
    }),
  },
  {
    words: "users role",
    operands: ["NAME", "ROLE"],
    read: ({ config }, [username = "", role = ""]) => ({
      name: "users",
      configFile: config,
      options: { do: "role", username, role },
    }),
  },
  {
    words: "users remove",
    operands: ["NAME"],
    read: ({ config }, [username = ""]) => ({ name: "users", configFile: config, options: { do: "remove", username } }),
  },
  {
    words: "api-keys list",
    options: ["json"],
    read: ({ config, json = false }) => ({ name: "api-keys", configFile: config, options: { do: "list", json } }),
  },
  {
    words: "api-keys create",
    operands: ["NAME"],
    options: ["scope", "expires", "requests-per-minute"],
    read: ({ config, scope, expires, "requests-per-minute": requests }, [name = ""]) => ({
      name: "api-keys",
      configFile: config,
      options: {
        do: "create",
        name,
        scope: needed(scope, "api-keys create needs --scope: what the key may do, read for example"),
        expires: expires && endOf(expires),
        requestsPerMinute: requests === undefined ? undefined : Number(requests),
      },
    }),
  },
  {
    words: "api-keys remove",
    operands: ["NAME"],
    read: ({ config }, [name = ""]) => ({ name: "api-keys", configFile: config, options: { do: "remove", name } }),
  },
];

function needed(written: string | undefined, problem: string): string {
  if (!written) throw new UsageError(problem);
  return written;
}

/** A day counts to its end, by UTC. */
function endOf(written: string): string {
  const time = /^\d{4}-\d{2}-\d{2}$/.test(written) ? `${written}T23:59:59Z` : written;
  if (!/T.*(Z|[+-]\d{2}:\d{2})$/i.test(time) || Number.isNaN(Date.parse(time))) {
    throw new UsageError("--expires is a day, 2027-06-30, or a time with its zone, 2027-06-30T12:00:00Z");
  }
  return time;
}
