import { RecordSigner } from "../../../src/crypto/record-signer.js";
import { openRecord, sealRecord } from "../../../src/cluster/node-record.js";
import { clusterSigner as signer, nodeRecord } from "./records.js";

const record = nodeRecord({ node_id: "b", hostname: "größe.example.com" });
const sealed = sealRecord(record, signer);

/** Signed by the cluster's key, whatever it says. */
function signed(payload: string): string {
  return JSON.stringify({ payload, signature: signer.sign(payload) });
}

describe("a node record", () => {
  it("is read back as it was published", () => {
    expect(openRecord(sealed, "b", signer)).toEqual({ record });
  });

  it("is an envelope whose signature covers the exact text of the payload", () => {
    const envelope = JSON.parse(sealed) as { payload: string; signature: string };
    expect(Object.keys(envelope)).toEqual(["payload", "signature"]);
    expect(signer.sign(envelope.payload)).toBe(envelope.signature);
    expect(JSON.parse(envelope.payload)).toEqual(record);
  });

  it("is read by a version that does not know all of its members", () => {
    const newer = signed(JSON.stringify({ ...record, fingerprints: { api_key: "f00" } }));
    expect(openRecord(newer, "b", signer)).toEqual({ record });
  });

  it("is refused with any one character changed", () => {
    const altered = Array.from(
      sealed,
      (character, index) => sealed.slice(0, index) + (character === "0" ? "1" : "0") + sealed.slice(index + 1),
    );
    const accepted = altered.filter((text) => openRecord(text, "b", signer).record !== undefined);
    expect(accepted).toEqual([]);
  });

  it("is refused when it was signed with another key", () => {
    const foreign = sealRecord(record, new RecordSigner(Buffer.alloc(32, 8)));
    expect(openRecord(foreign, "b", signer)).toEqual({ rejected: "signature" });
  });

  it("is refused under another node's id", () => {
    expect(openRecord(sealed, "a", signer)).toEqual({ rejected: "node_id" });
  });

  it.each(["", "null", "[]", "{}", '{"payload":1,"signature":"x"}', '{"payload":"{}"}', "half a rec"])(
    "is refused, without throwing, where %j is stored",
    (text) => {
      expect(openRecord(text, "b", signer)).toEqual({ rejected: "signature" });
    },
  );

  it.each([
    ["no JSON", "{"],
    ["a later format", JSON.stringify({ ...record, format: 2 })],
    ["no incarnation", JSON.stringify({ ...record, incarnation: undefined })],
    ["a fraction for a sequence", JSON.stringify({ ...record, sequence: 1.5 })],
    ["an unknown state", JSON.stringify({ ...record, state: "sleeping" })],
    ["a link that runs a script", JSON.stringify({ ...record, url: "javascript:alert(1)" })],
  ])("is refused when the signed text holds %s", (_, payload) => {
    expect(openRecord(signed(payload), "b", signer)).toEqual({ rejected: "format" });
  });
});
