import { readFileSync } from "node:fs";
import type { ConnectionOptions } from "node:tls";

/** What a URL asks of the connection's encryption. */
export interface PostgresTls {
  /** The URL without the parameters that are settled here, so that the driver reads no other meaning into them. */
  readonly url: string;
  /** False: plain text. */
  readonly ssl: ConnectionOptions | false;
}

const SETTLED_HERE = ["sslmode", "sslrootcert", "sslcert", "sslkey", "ssl", "uselibpqcompat"];

/**
 * Reads `sslmode`, `sslrootcert`, `sslcert` and `sslkey` as libpq means them
 * (https://www.postgresql.org/docs/current/libpq-ssl.html); the driver's own reading differs between its versions. Where
 * libpq would fall back to plain text (`allow`, `prefer`) this insists on TLS, and a root certificate without a mode is
 * verified like `verify-full`. Throws an Error, in the operator's words and without the URL, for what cannot be done.
 */
export function postgresTls(url: string): PostgresTls {
  const [address = "", query = ""] = url.split("?", 2);
  const parameters = new URLSearchParams(query);
  const given = (name: string): string | undefined => parameters.get(name) ?? undefined;
  const rootFile = given("sslrootcert");
  const mode = given("sslmode") ?? (rootFile !== undefined || isOn(given("ssl")) ? "verify-full" : "disable");
  const certificates = {
    ...fileOption("ca", "sslrootcert", rootFile === "system" ? undefined : rootFile),
    ...fileOption("cert", "sslcert", given("sslcert")),
    ...fileOption("key", "sslkey", given("sslkey")),
  };
  for (const name of SETTLED_HERE) parameters.delete(name);
  const rest = parameters.toString();
  const check = checkFor(mode, rootFile);
  return {
    url: rest === "" ? address : `${address}?${rest}`,
    ssl: check === "none" ? false : { ...certificates, ...check },
  };
}

function checkFor(mode: string, rootFile: string | undefined): ConnectionOptions | "none" {
  if (rootFile === "system" && mode !== "verify-full") throw new Error("sslrootcert=system needs sslmode=verify-full");
  switch (mode) {
    case "disable":
      return "none";
    case "allow":
    case "prefer":
      return { rejectUnauthorized: false };
    case "require":
      // libpq: with a root certificate it is checked, for compatibility with older versions.
      return rootFile === undefined ? { rejectUnauthorized: false } : whateverTheName();
    case "verify-ca":
      if (rootFile === undefined) throw new Error("sslmode=verify-ca needs sslrootcert, the authority's certificate");
      return whateverTheName();
    case "verify-full":
      return {};
    default:
      throw new Error("sslmode must be disable, require, verify-ca or verify-full");
  }
}

/** The chain is verified, the host name is not. */
function whateverTheName(): ConnectionOptions {
  return { checkServerIdentity: () => undefined };
}

function fileOption(option: "ca" | "cert" | "key", parameter: string, path: string | undefined): ConnectionOptions {
  if (path === undefined) return {};
  try {
    return { [option]: readFileSync(path, "utf8") };
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new Error(`${parameter} cannot be read: ${reason}`, { cause: error });
  }
}

function isOn(value: string | undefined): boolean {
  return value === "true" || value === "1";
}
