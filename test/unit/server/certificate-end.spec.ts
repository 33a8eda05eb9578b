import { readFileSync } from "node:fs";
import { NodeFacts } from "../../../src/lifecycle/node-facts.js";
import { certificateEnd, firstEnd, noteCertificate } from "../../../src/server/tls.js";
import { makeCertificates } from "../../support/certificates.js";

const DAY_S = 86_400;

describe("the end of a certificate", () => {
  const { certFile, keyFile, ca } = makeCertificates();
  const pem = readFileSync(certFile, "utf8");

  it("is the first one of the chain, in seconds", () => {
    const inTwoDays = Date.now() / 1000 + 2 * DAY_S;
    expect(Math.abs((firstEnd(pem) ?? 0) - inTwoDays)).toBeLessThan(600);
    expect(firstEnd(pem + ca)).toBe(Math.min(firstEnd(pem) ?? 0, firstEnd(ca) ?? 0));
  });

  it("is what the node tells the others, renewed with the one in use", () => {
    const [server, facts] = [{}, new NodeFacts()];
    expect(facts.certificateExpiresAt).toBeNull();
    facts.certificateEnd = () => certificateEnd(server);
    for (const chain of [pem + ca, ca]) {
      noteCertificate(server, Buffer.from(chain));
      expect(facts.certificateExpiresAt).toEqual(new Date((firstEnd(chain) ?? 0) * 1000));
    }
  });

  it("is unknown where there is none", () => {
    expect(firstEnd(readFileSync(keyFile, "utf8"))).toBeUndefined();
  });

  it("is that of the one in use", () => {
    const server = {};
    expect(certificateEnd(server)).toBeUndefined();
    noteCertificate(server, Buffer.from(pem));
    expect(certificateEnd(server)).toBe(firstEnd(pem));
    noteCertificate(server, undefined);
    expect(certificateEnd(server)).toBeUndefined();
  });
});
