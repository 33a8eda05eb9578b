import { postgresTls } from "../../../src/database/postgres-tls.js";
import { makeCertificates } from "../../support/certificates.js";

const base = "postgresql://fleet:a-secret@db.example.com:5432/fleet";
const { ca, caFile, certFile, keyFile } = makeCertificates();
const anyName = { checkServerIdentity: expect.any(Function) as () => undefined };

describe("the encryption that a database URL asks for", () => {
  it.each<[query: string, ssl: unknown]>([
    ["", false],
    ["?sslmode=disable", false],
    ["?sslmode=allow", { rejectUnauthorized: false }],
    ["?sslmode=prefer", { rejectUnauthorized: false }],
    ["?sslmode=require", { rejectUnauthorized: false }],
    [`?sslmode=require&sslrootcert=${caFile}`, { ca, ...anyName }],
    [`?sslmode=verify-ca&sslrootcert=${caFile}`, { ca, ...anyName }],
    ["?sslmode=verify-full", {}],
    ["?sslmode=verify-full&sslrootcert=system", {}],
    [`?sslmode=verify-full&sslrootcert=${caFile}`, { ca }],
    [`?sslrootcert=${caFile}`, { ca }],
    ["?ssl=true", {}],
    [
      `?sslmode=verify-full&sslcert=${certFile}&sslkey=${keyFile}`,
      { cert: expect.stringContaining("CERTIFICATE") as string, key: expect.stringContaining("KEY") as string },
    ],
  ])("of %j", (query, ssl) => {
    expect(postgresTls(base + query)).toEqual({ url: base, ssl });
  });

  it("leaves the other parameters to the driver", () => {
    const { url } = postgresTls(`${base}?options=-c%20search_path%3Dfleet&sslmode=require&uselibpqcompat=false`);
    expect(new URL(url).searchParams.get("options")).toBe("-c search_path=fleet");
    expect(url).not.toMatch(/ssl|compat/);
  });

  it.each<[query: string, message: string | RegExp]>([
    ["?sslmode=verify_full", "sslmode must be disable, require, verify-ca or verify-full"],
    ["?sslmode=no-verify", "sslmode must be disable, require, verify-ca or verify-full"],
    ["?sslmode=verify-ca", "sslmode=verify-ca needs sslrootcert"],
    ["?sslmode=require&sslrootcert=system", "sslrootcert=system needs sslmode=verify-full"],
    ["?sslmode=verify-full&sslrootcert=/no/such/ca.pem", /^sslrootcert cannot be read: .*ENOENT/],
  ])("is refused for %j, without showing the password", (query, message) => {
    expect(() => postgresTls(base + query)).toThrow(message);
    expect(() => postgresTls(base + query)).not.toThrow("a-secret");
  });
});
