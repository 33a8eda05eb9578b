import { execFileSync } from "node:child_process";
import path from "node:path";
import { localAddress } from "../../../scripts/start/node-address.mjs";
import { makeCertificates } from "../../support/certificates.js";
import { makeTempFolder } from "../../support/temp-folder.js";

function selfSigned(alternativeNames: string): string {
  const folder = makeTempFolder("certificate");
  const file = path.join(folder, "cert.pem");
  const key = [
    "-newkey",
    "ec",
    "-pkeyopt",
    "ec_paramgen_curve:prime256v1",
    "-nodes",
    "-keyout",
    path.join(folder, "key.pem"),
  ];
  const names = ["-subj", "/CN=test", "-addext", `subjectAltName=${alternativeNames}`];
  execFileSync("openssl", ["req", "-x509", ...key, ...names, "-out", file], { stdio: "pipe" });
  return file;
}

describe("the address of this machine's own node", () => {
  it.each([
    ["127.0.0.1", "http://127.0.0.1:8768"],
    ["0.0.0.0", "http://127.0.0.1:8768"],
    ["::", "http://127.0.0.1:8768"],
    ["::1", "http://[::1]:8768"],
    ["10.0.0.5", "http://10.0.0.5:8768"],
  ])("of a node that listens on %s is %s", (host, url) => {
    expect(localAddress({ host, port: 8768, certFile: undefined })).toEqual({ url, caFile: null });
  });

  it("has a name that the certificate is made out to", () => {
    const address = (names: string) => localAddress({ host: "0.0.0.0", port: 8768, certFile: selfSigned(names) }).url;
    expect(address("IP:127.0.0.1,DNS:localhost")).toBe("https://127.0.0.1:8768");
    expect(address("DNS:localhost")).toBe("https://localhost:8768");
    expect(address("DNS:server-01.example.com")).toBe("https://server-01.example.com:8768");
  });

  it("comes with the certificate itself where it is its own authority, and only there", () => {
    const certFile = selfSigned("DNS:localhost");
    expect(localAddress({ host: "0.0.0.0", port: 1, certFile }).caFile).toBe(certFile);
    expect(localAddress({ host: "0.0.0.0", port: 1, certFile: makeCertificates().certFile }).caFile).toBeNull();
  });
});
