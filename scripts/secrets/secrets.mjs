import path from "node:path";
import { fileURLToPath } from "node:url";
import { SetupError } from "../setup/setup-error.mjs";
import { completeEnvFile } from "./env-file.mjs";
import { makeSecrets } from "./make-secrets.mjs";

const root = fileURLToPath(new URL("../..", import.meta.url));
const usage = `Usage: npm run secrets [-- DIR]

Makes the passwords, keys and certificates that docker-compose.yml mounts (default: in secrets/), and names the folder in
.env for compose. What is there already is never changed.
`;

/**
 * Makes what is missing and says what it made, never what is in it.
 *
 * @param {readonly string[]} args
 */
export function secrets(args) {
  const [folder = "secrets", ...others] = args;
  if (others.length > 0 || folder.startsWith("-")) {
    const asked = folder === "--help" || folder === "-h";
    (asked ? process.stdout : process.stderr).write(usage);
    process.exitCode = asked ? 0 : 1;
    return;
  }
  try {
    // A folder named outright is meant from where the caller stands.
    const place = args.length === 0 ? path.join(root, folder) : path.resolve(folder);
    const made = makeSecrets(place, { databaseHost: "postgres:5432" });
    const shown = path.relative(root, place);
    const set = completeEnvFile(path.join(root, ".env"), {
      FLEET_SECRETS: shown.startsWith("..") ? place : `./${shown}`,
      COMPOSE_PROFILES: "full",
    });
    process.stdout.write(report(path.relative(process.cwd(), place) || place, made, set));
  } catch (error) {
    process.stderr.write(`${error instanceof SetupError ? error.message : error}\n`);
    process.exitCode = 1;
  }
}

/**
 * @param {string} folder
 * @param {readonly string[]} made
 * @param {readonly string[]} set
 */
function report(folder, made, set) {
  const lines = made.length === 0 ? [`${folder} is complete already.`] : [`Made in ${folder}: ${made.join(", ")}`];
  if (set.length > 0) lines.push(`Set in .env: ${set.join(", ")}`);
  lines.push(`The first password of the user admin is in ${path.join(folder, "web_password.txt")}.`);
  lines.push("Keep a copy of the folder: without db_encryption_key.txt the stored data cannot be read.");
  return `${lines.join("\n")}\n`;
}
