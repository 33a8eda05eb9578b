import { execFileSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { makeTempFolder } from "./temp-folder.js";

/** Files of an authority made for one test, and of a certificate that it signed for localhost and 127.0.0.1. */
export interface Certificates {
  readonly caFile: string;
  readonly certFile: string;
  readonly keyFile: string;
  /** Certificate and key in one file, as HAProxy reads them. */
  readonly bundleFile: string;
  /** The authority's certificate itself. */
  readonly ca: string;
}

const NEW_KEY = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"];

/** Makes them with the openssl command; they are valid for two days. */
export function makeCertificates(names: readonly string[] = ["localhost"]): Certificates {
  const folder = makeTempFolder("certificates");
  const [caFile, caKeyFile, certFile, keyFile, requestFile, extensionFile, bundleFile] = (
    ["ca.pem", "ca-key.pem", "cert.pem", "key.pem", "request.pem", "extensions.cnf", "bundle.pem"] as const
  ).map((name) => path.join(folder, name)) as [string, string, string, string, string, string, string];
  const openssl = (...args: string[]) => execFileSync("openssl", args, { stdio: ["ignore", "pipe", "pipe"] });

  const authority = ["-subj", "/CN=Fleet Test Authority", "-days", "2", "-addext", "keyUsage=critical,keyCertSign"];
  openssl("req", "-x509", ...NEW_KEY, "-keyout", caKeyFile, "-out", caFile, ...authority);
  openssl("req", "-new", ...NEW_KEY, "-keyout", keyFile, "-out", requestFile, "-subj", "/CN=localhost");
  const alternatives = [...names.map((name) => `DNS:${name}`), "IP:127.0.0.1"].join(",");
  writeFileSync(extensionFile, `subjectAltName=${alternatives}\nextendedKeyUsage=serverAuth\n`);
  const signing = ["-CA", caFile, "-CAkey", caKeyFile, "-CAcreateserial", "-days", "2", "-extfile", extensionFile];
  openssl("x509", "-req", "-in", requestFile, ...signing, "-out", certFile);
  writeFileSync(bundleFile, readFileSync(certFile, "utf8") + readFileSync(keyFile, "utf8"), { mode: 0o600 });
  return { caFile, certFile, keyFile, bundleFile, ca: readFileSync(caFile, "utf8") };
}
