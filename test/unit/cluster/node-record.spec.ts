import { openRecord, sealRecord } from "../../../src/cluster/node-record.js";
import { clusterSeal as seal, forgersSeal, nodeRecord, strangersSeal } from "./records.js";

const record = nodeRecord({ node_id: "b", hostname: "größe.example.com" });
const sealed = sealRecord(record, seal);

/** Signed by the cluster's key, whatever it says. */
function signed(payload: string): string {
  return JSON.stringify({ payload, signature: seal.signer.sign(payload) });
}

describe("a node record", () => {
  it("is read back as it was published", () => {
    expect(openRecord(sealed, "b", seal)).toEqual({ record });
  });

  it("is an envelope whose signature covers the exact text of the payload", () => {
    const envelope = JSON.parse(sealed) as { payload: string; signature: string };
    expect(Object.keys(envelope)).toEqual(["payload", "signature", "database"]);
    expect(seal.signer.sign(envelope.payload)).toBe(envelope.signature);
    expect(JSON.parse(envelope.payload)).toEqual(record);
  });

  it("is read by a version that does not know all of its members", () => {
    const newer = signed(JSON.stringify({ ...record, format: 7, mood: { today: "good" } }));
    expect(openRecord(newer, "b", seal)).toEqual({ record: { ...record, format: 7 } });
  });

  it("is refused with any one character changed", () => {
    // The digest after them is not covered: nothing follows from it while the signature is right.
    const covered = sealed.slice(0, sealed.indexOf('"database"'));
    const altered = Array.from(
      covered,
      (character, index) => sealed.slice(0, index) + (character === "0" ? "1" : "0") + sealed.slice(index + 1),
    );
    const accepted = altered.filter((text) => openRecord(text, "b", seal).record !== undefined);
    expect(accepted).toEqual([]);
  });

  it("is refused when it was signed with another key", () => {
    expect(openRecord(sealRecord(record, forgersSeal), "b", seal)).toEqual({ rejected: "signature" });
    expect(openRecord(sealRecord(record, strangersSeal), "b", seal)).toEqual({ rejected: "database" });
  });

  it("is refused under another node's id", () => {
    expect(openRecord(sealed, "a", seal)).toEqual({ rejected: "node_id" });
  });

  it.each(["", "null", "[]", "{}", '{"payload":1,"signature":"x"}', '{"payload":"{}"}', "half a rec"])(
    "is refused, without throwing, where %j is stored",
    (text) => {
      expect(openRecord(text, "b", seal)).toEqual({ rejected: "signature" });
    },
  );

  it.each([
    ["no JSON", "{"],
    ["no format", JSON.stringify({ ...record, format: undefined })],
    ["no incarnation", JSON.stringify({ ...record, incarnation: undefined })],
    ["a fraction for a sequence", JSON.stringify({ ...record, sequence: 1.5 })],
    ["an unknown state", JSON.stringify({ ...record, state: "sleeping" })],
    ["a link that runs a script", JSON.stringify({ ...record, url: "javascript:alert(1)" })],
  ])("is refused when the signed text holds %s", (_, payload) => {
    expect(openRecord(signed(payload), "b", seal)).toEqual({ rejected: "format" });
  });
});
