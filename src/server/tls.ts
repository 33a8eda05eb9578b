import { Logger } from "@nestjs/common";
import { X509Certificate } from "node:crypto";
import { readFileSync, unwatchFile, watchFile } from "node:fs";
import { Server } from "node:https";
import type { SslConfig } from "../config/config.module.js";

const LOOK_EVERY_MS = 5_000;
const PEM_CERTIFICATE = /-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g;

/** When the certificates end that servers show; seconds since 1970 UTC. */
const ends = new WeakMap<object, number>();

/** The certificate and key to serve HTTPS with, or undefined for plain HTTP. Throws where a file cannot be read. */
export function tlsFiles({ cert_file, key_file }: SslConfig): { cert: Buffer; key: Buffer } | undefined {
  if (cert_file === undefined || key_file === undefined) return undefined;
  return { cert: readFileSync(cert_file), key: readFileSync(key_file) };
}

/**
 * Takes a renewed certificate into use for new connections, without a restart. A pair that does not fit together (one
 * file was replaced a moment before the other) leaves the old one in use until it does. */
export function reloadTlsOnChange(server: unknown, ssl: SslConfig): void {
  if (!(server instanceof Server)) return;
  const logger = new Logger("Tls");
  const files = [ssl.cert_file, ssl.key_file].filter((file) => file !== undefined);
  const reload = () => {
    try {
      const renewed = tlsFiles(ssl);
      server.setSecureContext(renewed ?? {});
      noteCertificate(server, renewed?.cert);
      logger.log("The renewed certificate is in use");
    } catch (error) {
      logger.warn(`The certificate files changed but cannot be used; serving with the old ones: ${String(error)}`);
    }
  };
  for (const file of files) watchFile(file, { interval: LOOK_EVERY_MS, persistent: false }, reload);
  server.once("close", () => {
    for (const file of files) unwatchFile(file, reload);
  });
}

/** Remembers what the server shows from now on. */
export function noteCertificate(server: object, pem: Buffer | undefined): void {
  const end = pem && firstEnd(pem.toString());
  if (end === undefined) ends.delete(server);
  else ends.set(server, end);
}

/** When the first certificate of the chain that the server shows ends, in seconds since 1970 UTC; undefined without TLS. */
export function certificateEnd(server: object): number | undefined {
  return ends.get(server);
}

/** Of all certificates in a PEM file the end that comes first, in seconds since 1970 UTC; undefined where there is none. */
export function firstEnd(pem: string): number | undefined {
  const chain = (pem.match(PEM_CERTIFICATE) ?? []).map((text) => Date.parse(new X509Certificate(text).validTo) / 1000);
  return chain.length === 0 ? undefined : Math.min(...chain);
}
