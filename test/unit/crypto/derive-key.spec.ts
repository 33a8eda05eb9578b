import { readFileSync } from "node:fs";
import { deriveKey } from "../../../src/crypto/derive-key.js";

interface Vectors {
  cases: { ikm: string; salt: string; info: string; length: number; okm: string }[];
}

const { cases } = JSON.parse(
  readFileSync(new URL("../../vectors/hkdf.json", import.meta.url), "utf8"),
) as unknown as Vectors;
const secret = Buffer.alloc(32, 1);

describe("deriveKey", () => {
  it.each(cases)("derives what another implementation derives from $ikm", ({ ikm, salt, info, length, okm }) => {
    const purpose = Buffer.from(info, "hex").toString();
    const key = deriveKey(Buffer.from(ikm, "hex"), purpose, length, Buffer.from(salt, "hex"));
    expect(key.toString("hex")).toBe(okm);
  });

  it("gives 32 bytes without salt unless told otherwise", () => {
    expect(deriveKey(secret, "purpose")).toEqual(deriveKey(secret, "purpose", 32, Buffer.alloc(0)));
  });

  it("gives another key for another purpose, secret or salt", () => {
    const keys = [
      deriveKey(secret, "purpose"),
      deriveKey(secret, "purpose 2"),
      deriveKey(Buffer.alloc(32, 2), "purpose"),
      deriveKey(secret, "purpose", 32, Buffer.from("salt")),
    ];
    expect(new Set(keys.map((key) => key.toString("hex"))).size).toBe(4);
  });
});
