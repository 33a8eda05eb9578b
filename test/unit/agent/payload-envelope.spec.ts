import { createDecipheriv, randomBytes } from "node:crypto";
import { readFileSync } from "node:fs";

import { sealPayload } from "../../../agent/src/delivery/payload-envelope.js";

interface Envelope {
  encrypted: boolean;
  version: string;
  nonce: string;
  ciphertext: string;
}

const vectors = JSON.parse(readFileSync(new URL("../../vectors/payload.json", import.meta.url), "utf8")) as {
  key: string;
  valid: { plaintext: string; envelope: Envelope }[];
};

describe("payload envelope", () => {
  it("seals what an independent implementation sealed, byte for byte", () => {
    expect(vectors.valid.length).toBeGreaterThan(0);
    for (const { plaintext, envelope } of vectors.valid) {
      const nonce = Buffer.from(envelope.nonce, "base64");
      expect(JSON.parse(sealPayload(plaintext, Buffer.from(vectors.key, "base64"), nonce))).toEqual(envelope);
    }
  });

  it("never uses a nonce twice", () => {
    const key = randomBytes(32);
    const nonces = Array.from({ length: 1000 }, () => (JSON.parse(sealPayload("{}", key)) as Envelope).nonce);
    expect(new Set(nonces).size).toBe(1000);
    expect(Buffer.from(nonces[0] ?? "", "base64")).toHaveLength(12);
  });

  it("can be opened by the holder of the key", () => {
    const key = randomBytes(32);
    const envelope = JSON.parse(sealPayload('{"machine_id":"wéb"}', key)) as Envelope;
    const sealed = Buffer.from(envelope.ciphertext, "base64");
    const decipher = createDecipheriv("aes-256-gcm", key, Buffer.from(envelope.nonce, "base64"));
    decipher.setAuthTag(sealed.subarray(-16));
    expect(Buffer.concat([decipher.update(sealed.subarray(0, -16)), decipher.final()]).toString()).toBe(
      '{"machine_id":"wéb"}',
    );
  });
});
