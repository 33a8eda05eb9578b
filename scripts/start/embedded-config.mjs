import { randomBytes } from "node:crypto";
import { existsSync, mkdirSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";
import { hasCode } from "../setup/error-code.mjs";

/**
 * Makes sure that a private folder with a configuration and new keys exists. An existing configuration is never touched.
 *
 * @param {string} root the checkout
 * @param {string | undefined} folder from the current folder; default: `data` in the checkout
 * @returns {{ file: string, created: boolean, username: string, password: string }} the password only means something
 *   when the file was created just now
 */
export function ensureEmbeddedConfig(root, folder) {
  const data = folder === undefined ? path.join(root, "data") : path.resolve(folder);
  const file = path.join(data, "config.yaml");
  const [username, password] = ["admin", randomBytes(12).toString("base64url")];
  if (existsSync(file)) return { file, created: false, username, password: "" };
  mkdirSync(data, { recursive: true, mode: 0o700 });
  // The node is started in the checkout, so that the default folder can be moved together with it.
  const shownData = folder === undefined ? "data" : data;
  try {
    writeFileSync(file, embeddedConfig({ data: shownData, username, password }), { mode: 0o600, flag: "wx" });
  } catch (error) {
    // Half a file would be taken for the user's own at the next start.
    if (!hasCode(error, "EEXIST")) rmSync(file, { force: true });
    throw error;
  }
  return { file, created: true, username, password };
}

/**
 * @param {{ data: string, username: string, password: string }} settings
 * @returns {string} YAML; a JSON text is a YAML text, which settles the quoting
 */
function embeddedConfig({ data, username, password }) {
  const place = (/** @type {string} */ name) => JSON.stringify(path.join(data, name));
  return `# Made by \`npm start\` for this machine and yours to edit; it is never overwritten. Keep it private and keep a copy: it
# holds the keys, and without db_encryption_key the stored data cannot be read. All settings: config/fleet.example.yaml

server:
  # Only this machine can connect. 0.0.0.0 opens the server to the network; give it HTTPS (ssl) then.
  host: 127.0.0.1
  port: 8768

  # What agents send to be let in (X-API-Key).
  api_key: ${JSON.stringify(randomBytes(24).toString("base64url"))}

  # The first administrator, made at the first start. Change the password in the web pages afterwards, not here.
  web_username: ${username}
  web_password: ${JSON.stringify(password)}

  # Where the fleet's data lives, and the key it is sealed with.
  db_path: ${place("fleet_data.sqlite3")}
  db_encryption_key: ${JSON.stringify(fernetKey())}

  # Agents encrypt their reports with this key.
  encryption_key: ${JSON.stringify(randomBytes(32).toString("base64"))}

  # Nothing stands in front that would have to see the server leave, so it stops at once.
  drain_seconds: 0

sessions:
  backend: file
  session_dir: ${place("sessions")}

# Only used with several nodes: npm start -- --nodes 3
cluster:
  state_path: ${place("cluster-state.json")}
`;
}

/** 32 bytes in URL-safe base64 with its padding, as the Fernet specification writes keys. */
function fernetKey() {
  return randomBytes(32).toString("base64").replaceAll("+", "-").replaceAll("/", "_");
}
