import { type CommandSyntax, UsageError } from "./command-syntax.js";

const DEFAULT_RATE = "2000";
const DEFAULT_WAIT_SECONDS = "300";
const NUMBER = /^[1-9]\d{0,6}$/;

/** What is done to the fleet's database as a whole. */
export const dataSyntax: readonly CommandSyntax[] = [
  { words: "keys generate", read: () => ({ name: "generate-keys" }) },
  {
    words: "keys rotate",
    options: ["rate", "wait", "gone"],
    read: ({ config, rate = DEFAULT_RATE, wait = DEFAULT_WAIT_SECONDS, gone = [] }) => {
      if (!NUMBER.test(rate)) {
        throw new UsageError("--rate is how many rows a second may be changed, a number above 0: --rate 500");
      }
      if (!NUMBER.test(wait)) {
        throw new UsageError("--wait is how many seconds to wait for nodes, a number above 0: --wait 60");
      }
      const options = { rowsPerSecond: Number(rate), waitSeconds: Number(wait), gone };
      return { name: "rotate-keys", configFile: config, options };
    },
  },
  {
    words: "import",
    options: ["from", "timezone", "key", "key-file"],
    read: ({ config, from, timezone, key, "key-file": keyFile }) => {
      if (!from) throw new UsageError("import needs the file to read: --from fleet_data.sqlite3");
      if (!timezone) {
        throw new UsageError("import needs the zone of the old server's clock: --timezone Europe/Berlin");
      }
      return { name: "import", configFile: config, options: { from, zone: timezone, key, keyFile } };
    },
  },
  {
    words: "backup",
    options: ["to", "force"],
    read: ({ config, to, force = false }) => {
      if (!to) throw new UsageError("backup needs the file to write: --to /var/backups/fleet.sqlite3");
      return { name: "backup", configFile: config, options: { to, force } };
    },
  },
  {
    words: "restore",
    options: ["from", "finish"],
    read: ({ config, from, finish = false }) => {
      if (finish === Boolean(from)) {
        throw new UsageError(
          "restore needs the backup to read, --from /var/backups/fleet.sqlite3, or, where the database was put in place " +
            "by other means, --finish",
        );
      }
      return { name: "restore", configFile: config, options: from ? { from } : { finish: true } };
    },
  },
];
