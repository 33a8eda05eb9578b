import { readFileSync } from "node:fs";
import { parseArgs } from "node:util";

export const USAGE = `npm run simulate -- --machines 10000 --interval 10 --server URL --api-key-file FILE
  --server URL               a node or load balancer; may be given several times       (http://127.0.0.1:8768)
  --api-key-file FILE        holds server.api_key
  --machines N               how many machines                                         (1000)
  --interval SECONDS         between two reports of a machine                          (10)
  --encryption-key-file FILE holds server.encryption_key; without it all reports are plain
  --share-encrypted PART     of the machines, 0 to 1                                   (1)
  --silent PART              of the machines that is silent at any time, 0 to under 1  (0)
  --connections N            kept open                                                 (200)
  --prefix TEXT              of the machines' ids                                      (machine)
  --resend                   keep what was not accepted and send it again, as agents do
  --duration SECONDS         then end with a summary; else Ctrl-C ends it`;

/** A mistake in the options; its message is for the user. */
export class OptionError extends Error {}

/**
 * Secrets come from files alone: arguments show in the list of processes. Throws OptionError.
 *
 * @param {readonly string[]} args
 */
export function readOptions(args) {
  const values = parse(args);
  const machines = number("machines", values.machines, 1, 10_000_000);
  const key = values["encryption-key-file"];
  const silent = number("silent", values.silent, 0, 0.99);
  return {
    durationMs: values.duration === undefined ? Infinity : 1000 * number("duration", values.duration, 0.1, 1e9),
    simulator: {
      urls: values.server.map(address),
      apiKey: secret("api-key-file", values["api-key-file"]),
      machines,
      intervalMs: 1000 * number("interval", values.interval, 0.01, 86_400),
      encryptionKey: key === undefined ? null : encryptionKey(secret("encryption-key-file", key)),
      shareEncrypted: number("share-encrypted", values["share-encrypted"], 0, 1),
      silent,
      connections: number("connections", values.connections, 1, 60_000),
      prefix: values.prefix,
      resend: values.resend,
    },
  };
}

/** @param {readonly string[]} args */
function parse(args) {
  const text = (/** @type {string} */ value) => /** @type {const} */ ({ type: "string", default: value });
  try {
    return parseArgs({
      args: [...args],
      options: {
        server: { type: "string", multiple: true, default: ["http://127.0.0.1:8768"] },
        "api-key-file": { type: "string" },
        "encryption-key-file": { type: "string" },
        machines: text("1000"),
        interval: text("10"),
        "share-encrypted": text("1"),
        silent: text("0"),
        connections: text("200"),
        prefix: text("machine"),
        resend: { type: "boolean", default: false },
        duration: { type: "string" },
      },
    }).values;
  } catch (error) {
    throw new OptionError(error instanceof Error ? error.message : String(error));
  }
}

/** @param {string} name @param {string} text @param {number} least @param {number} most */
function number(name, text, least, most) {
  const value = Number(text);
  if (text.trim() !== "" && value >= least && value <= most) return value;
  throw new OptionError(`--${name} must be a number from ${least} to ${most}`);
}

/** @param {string} text */
function address(text) {
  if (URL.canParse(text) && /^https?:$/.test(new URL(text).protocol)) return text;
  throw new OptionError(`--server must be an address such as http://127.0.0.1:8768, not ${text}`);
}

/** @param {string} name @param {string | undefined} file */
function secret(name, file) {
  if (file === undefined) throw new OptionError(`--${name} is required`);
  try {
    return readFileSync(file, "utf8").trim();
  } catch (error) {
    throw new OptionError(`--${name}: ${error instanceof Error ? error.message : String(error)}`);
  }
}

/** @param {string} text */
function encryptionKey(text) {
  const key = Buffer.from(text, "base64");
  if (key.length === 32) return key;
  throw new OptionError("--encryption-key-file must hold 32 bytes in base64, as server.encryption_key does");
}
