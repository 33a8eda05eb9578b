import { randomBytes } from "node:crypto";
import { chmodSync, existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import path from "node:path";
import { makeClientCertificate, makeNodeCertificates } from "./certificates.mjs";

/** What is random, and of which form. @type {Readonly<Record<string, () => string>>} */
const random = {
  "api_key.txt": () => randomBytes(24).toString("base64url"),
  "web_password.txt": () => randomBytes(12).toString("base64url"),
  // 32 bytes in URL-safe base64 with its padding, as the Fernet specification writes keys.
  "db_encryption_key.txt": () => randomBytes(32).toString("base64").replaceAll("+", "-").replaceAll("/", "_"),
  "payload_key.txt": () => randomBytes(32).toString("base64"),
  "cluster_secret.txt": () => randomBytes(32).toString("base64url"),
  "redis_password.txt": () => randomBytes(24).toString("base64url"),
  "postgres_password.txt": () => randomBytes(24).toString("base64url"),
  "grafana_password.txt": () => randomBytes(12).toString("base64url"),
};

/** Every file that `makeSecrets` sees to. */
export const secretFiles = [
  ...Object.keys(random),
  "redis_auth.conf",
  "db_url.txt",
  "tls.pem",
  "tls_cert.pem",
  "node_tls.pem",
  "nodes_ca.pem",
];

/**
 * Makes those that are missing, and changes none that is there. The folder is closed to everybody but its owner; the files
 * in it are not, because compose hands each of them as it is to a container, whose user is another one.
 *
 * @param {string} folder
 * @param {object} options
 * @param {string} options.databaseHost host and port of PostgreSQL
 * @param {number} [options.mode] of the files
 * @returns {string[]} the names of those made now
 */
export function makeSecrets(folder, { databaseHost, mode = 0o444 }) {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  // Also one that somebody else has made.
  chmodSync(folder, 0o700);
  const missing = secretFiles.filter((name) => !existsSync(path.join(folder, name)));
  const write = (/** @type {string} */ name, /** @type {string} */ text) => {
    const unfinished = path.join(folder, `.${name}.new`);
    writeFileSync(unfinished, `${text.trimEnd()}\n`, { mode: 0o600 });
    chmodSync(unfinished, mode);
    // Half a key would be taken for a key.
    renameSync(unfinished, path.join(folder, name));
  };
  const read = (/** @type {string} */ name) => readFileSync(path.join(folder, name), "utf8").trimEnd();
  const lacks = (/** @type {string} */ name) => missing.includes(name);

  for (const [name, make] of Object.entries(random)) if (lacks(name)) write(name, make());
  if (lacks("redis_auth.conf")) write("redis_auth.conf", `requirepass ${read("redis_password.txt")}`);
  if (lacks("db_url.txt")) write("db_url.txt", databaseUrl(read("postgres_password.txt"), databaseHost));
  if (lacks("tls.pem")) {
    const { certificate, key } = makeClientCertificate();
    write("tls.pem", `${certificate}${key}`);
    write("tls_cert.pem", certificate);
  } else if (lacks("tls_cert.pem")) {
    write("tls_cert.pem", certificatesOf(read("tls.pem")));
  }
  if (lacks("node_tls.pem") || lacks("nodes_ca.pem")) {
    const { authority, certificate, key } = makeNodeCertificates();
    write("node_tls.pem", `${certificate}${key}`);
    write("nodes_ca.pem", authority);
  }
  return missing;
}

/**
 * @param {string} password
 * @param {string} host with its port
 */
export function databaseUrl(password, host) {
  return `postgresql://fleet:${encodeURIComponent(password)}@${host}/fleet`;
}

/** @param {string} pem */
function certificatesOf(pem) {
  return (pem.match(/-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----\n?/g) ?? []).join("");
}
