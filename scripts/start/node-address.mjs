import { X509Certificate } from "node:crypto";
import { readFileSync } from "node:fs";
import { isIP } from "node:net";

/**
 * @typedef {object} NodeAddress
 * @property {string} url where this machine reaches the node
 * @property {string | null} caFile what the local agent must trust to believe the node's certificate; null: the usual
 */

/**
 * The address at which this machine reaches its own node.
 *
 * @param {{ host: string, port: number, certFile: string | undefined }} settings
 * @returns {NodeAddress}
 */
export function localAddress({ host, port, certFile }) {
  const reachable = host === "0.0.0.0" || host === "::" ? "127.0.0.1" : host;
  if (certFile === undefined) return { url: `http://${inUrl(reachable)}:${port}`, caFile: null };
  const certificate = new X509Certificate(readFileSync(certFile));
  // A certificate that signed itself is its own authority; any other is judged by the authorities of this machine.
  const caFile = certificate.checkIssued(certificate) ? certFile : null;
  return { url: `https://${inUrl(nameInCertificate(certificate, reachable))}:${port}`, caFile };
}

/**
 * The node's certificate is rarely made out to the address it listens on, and the agent rightly insists on the name.
 *
 * @param {X509Certificate} certificate
 * @param {string} reachable
 */
function nameInCertificate(certificate, reachable) {
  for (const name of [reachable, "localhost"]) {
    if (isIP(name) === 0 ? certificate.checkHost(name) : certificate.checkIP(name)) return name;
  }
  const names = certificate.subjectAltName ?? "";
  return /(?:^|, )DNS:([^,*"]+)/.exec(names)?.[1] ?? reachable;
}

/** @param {string} host */
function inUrl(host) {
  return host.includes(":") ? `[${host}]` : host;
}
