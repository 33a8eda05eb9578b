import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { hostname, tmpdir } from "node:os";
import path from "node:path";
import { hasCode } from "../setup/error-code.mjs";
import { SetupError } from "../setup/setup-error.mjs";

const NEW_KEY = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"];
const DAYS = ["-days", "3650"];
/** The names by which the shipped proxies know the nodes (config/haproxy.cfg, config/nginx.conf), and compose's own. */
const NODE_NAMES = [
  "server-01",
  "server-02",
  "server-03",
  "node1",
  "node2",
  "node3",
  "fleet-node.internal",
  "localhost",
];

/**
 * What clients see: a certificate that signed itself, made out to this host. Browsers warn of it until it is replaced by
 * one of an authority that they know.
 *
 * @returns {{ certificate: string, key: string }} PEM
 */
export function makeClientCertificate() {
  return inFolder((openssl, read) => {
    const names = alternatives([...new Set(["localhost", hostname()])]);
    const subject = ["-subj", "/CN=Fleet Server", "-addext", `subjectAltName=${names}`];
    openssl("req", "-x509", ...NEW_KEY, ...DAYS, "-keyout", "key.pem", "-out", "cert.pem", ...subject);
    return { certificate: read("cert.pem"), key: read("key.pem") };
  });
}

/**
 * What the proxy sees of the nodes: one certificate for all of them, and the authority that signed it. The authority's key is
 * not kept.
 *
 * @returns {{ authority: string, certificate: string, key: string }} PEM
 */
export function makeNodeCertificates() {
  return inFolder((openssl, read, write) => {
    const authority = ["-subj", "/CN=Fleet Server nodes", "-addext", "keyUsage=critical,keyCertSign"];
    openssl("req", "-x509", ...NEW_KEY, ...DAYS, "-keyout", "ca-key.pem", "-out", "ca.pem", ...authority);
    openssl("req", "-new", ...NEW_KEY, "-keyout", "key.pem", "-out", "request.pem", "-subj", "/CN=fleet-node.internal");
    write("extensions.cnf", `subjectAltName=${alternatives(NODE_NAMES)}\nextendedKeyUsage=serverAuth\n`);
    const signing = ["-CA", "ca.pem", "-CAkey", "ca-key.pem", "-CAcreateserial", ...DAYS, "-extfile", "extensions.cnf"];
    openssl("x509", "-req", "-in", "request.pem", ...signing, "-out", "cert.pem");
    return { authority: read("ca.pem"), certificate: read("cert.pem"), key: read("key.pem") };
  });
}

/** @param {readonly string[]} names */
function alternatives(names) {
  return [...names.map((name) => `DNS:${name}`), "IP:127.0.0.1"].join(",");
}

/**
 * Runs openssl in a private folder that is gone afterwards.
 *
 * @template T
 * @param {(openssl: (...args: string[]) => void, read: (name: string) => string, write: (name: string, text: string) => void) => T} work
 * @returns {T}
 */
function inFolder(work) {
  const folder = mkdtempSync(path.join(tmpdir(), "fleet-certificates-"));
  try {
    return work(
      (...args) => void execFileSync("openssl", args, { cwd: folder, stdio: ["ignore", "ignore", "pipe"] }),
      (name) => readFileSync(path.join(folder, name), "utf8"),
      (name, text) => writeFileSync(path.join(folder, name), text),
    );
  } catch (error) {
    if (!hasCode(error, "ENOENT")) throw error;
    throw new SetupError(
      "The program openssl makes the certificates and is not installed: install the package openssl.",
    );
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
