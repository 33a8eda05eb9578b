import { InvalidTokenError } from "../../../src/crypto/errors.js";
import { FernetKey } from "../../../src/crypto/fernet.js";
import { DocumentCipher } from "../../../src/database/document-cipher.js";

const [oldKey, newKey] = [FernetKey.generate(), FernetKey.generate()];
const sample = JSON.stringify({
  cpu: { percent: 12.5 },
  disk: Array(40).fill({ device: "/dev/sda1", note: "ä\0\ud800" }),
});

describe("DocumentCipher", () => {
  it.each([sample, "{}", '"text"', "8", "[]"])("opens what it sealed compactly: %.20s", (json) => {
    const cipher = new DocumentCipher([oldKey]);
    expect(cipher.open(cipher.sealCompact(json))).toBe(Buffer.from(json).toString());
    expect(cipher.open(cipher.seal(json))).toBe(Buffer.from(json).toString());
  });

  it("needs less than half the space for a compact document, and shows nothing of it", () => {
    const cipher = new DocumentCipher([oldKey]);
    const sealed = cipher.sealCompact(sample);
    expect(sealed.length).toBeLessThan(cipher.seal(sample).length / 2);
    expect(sealed).not.toContain("percent");
    expect(() => new DocumentCipher([newKey]).open(sealed)).toThrow(InvalidTokenError);
  });

  it("does not hide how long a long document is", () => {
    const cipher = new DocumentCipher([oldKey]);
    expect(cipher.sealCompact(`"${"x".repeat(5000)}"`).length).toBeGreaterThan(5000);
  });

  it("leaves a document readable where there is no key, or none that seals", () => {
    expect(new DocumentCipher([]).sealCompact(sample)).toBe(sample);
    const cipher = new DocumentCipher([oldKey]);
    cipher.sealWith(undefined);
    expect(cipher.sealCompact(sample)).toBe(sample);
    expect(cipher.reseal(sample)).toBe(sample);
  });

  it("seals again under the key in use, and a compact document stays one", () => {
    const cipher = new DocumentCipher([newKey, oldKey]);
    const [newId, oldId] = cipher.keyIds;
    cipher.sealWith(oldId);
    const [compact, plain] = [cipher.sealCompact(sample), cipher.seal("{}")];
    cipher.sealWith(newId);
    for (const [stored, json] of [
      [compact, Buffer.from(sample).toString()],
      [plain, "{}"],
      ["{}", "{}"],
    ] as const) {
      const again = cipher.reseal(stored);
      expect(cipher.sealerOf(again)).toBe(newId);
      expect(cipher.open(again)).toBe(json);
    }
    expect(cipher.reseal(compact)).toHaveLength(compact.length);
  });
});
