import { randomBytes } from "node:crypto";
import { FernetKey } from "../../../src/crypto/fernet.js";
import { deriveKey } from "../../../src/crypto/derive-key.js";
import { DocumentCipher } from "../../../src/database/document-cipher.js";
import { FleetHashes } from "../../../src/fleet/fleet-hashes.js";
import { InfoReader } from "../../../src/fleet/ingest/info-reader.js";

const root = randomBytes(32);
const hashes = new FleetHashes({ derive: (purpose) => deriveKey(root, purpose) });
const machines = { warning_after: 30, offline_after: 60, hide_names: false };
const keyed = () => new DocumentCipher([FernetKey.generate()]);
const reader = (hide_names: boolean, documents = keyed()) =>
  new InfoReader({ ...machines, hide_names }, documents, hashes);
const shown = reader(false);

const web = {
  hostname: "Web-01",
  computer_name: "WEB-01",
  local_ip: "10.0.0.5",
  serial_number: "C02X",
  boot_id: "b-1",
  tags: ["Prod", "eu"],
};

describe("what is searched by", () => {
  it.each([
    ["host name, address and tags, each once and in lower case", web, "web-01\n10.0.0.5\nprod\neu"],
    ["a name without blanks around it", { hostname: "  a b  " }, "a b"],
    ["a name without control characters", { hostname: "a\0b\nc" }, "abc"],
    ["broken Unicode made whole", { hostname: "a\ud800" }, "a\ufffd"],
    ["255 characters at most", { hostname: "x".repeat(1000) }, "x".repeat(255)],
    [
      "50 tags at most",
      { tags: Array.from({ length: 60 }, (_, i) => `t${i}`) },
      Array.from({ length: 50 }, (_, i) => `t${i}`).join("\n"),
    ],
    ["only text", { hostname: 5, computer_name: null, local_ip: ["10.0.0.1"], tags: [1, {}, null, "x"] }, "x"],
    ["nothing of tags that are no list", { tags: "prod" }, null],
    ["nothing where nothing is sent", { os: "Linux" }, null],
  ])("is %s", (_what, info, searchText) => {
    expect(shown.read("m", info)).toMatchObject({ searchText, searchHashes: null });
  });

  it("is hashed word by word where names are hidden and a key seals", () => {
    const facts = reader(true).read("m", web);
    expect(facts).toMatchObject({ hostname: null, searchText: null });
    expect(facts.searchHashes).toBe(["web-01", "10.0.0.5", "prod", "eu"].map((word) => hashes.word(word)).join(" "));
    expect(facts.hostnameHash).toBe(hashes.hostname("Web-01"));
    const { info, ...beside } = facts;
    expect(info).toBe(JSON.stringify(web));
    expect(JSON.stringify(beside)).not.toMatch(/web|prod|10\.0/i);
  });

  it("stays readable without a database key, which would hide the info no more than the names", () => {
    const facts = reader(true, new DocumentCipher([])).read("m", web);
    expect(facts).toMatchObject({ hostname: "Web-01", searchText: "web-01\n10.0.0.5\nprod\neu", searchHashes: null });
  });

  it("becomes hidden with the same info when a key comes into use", () => {
    const documents = keyed();
    const [key] = documents.keyIds;
    documents.sealWith(undefined);
    const hiding = reader(true, documents);
    const before = hiding.read("m", web);
    expect(before.hostname).toBe("Web-01");
    documents.sealWith(key);
    const after = hiding.read("m", web);
    expect(after).toMatchObject({ hostname: null, searchText: null });
    // Else the stored name would stay until something else in the info changes.
    expect(after.infoHash).not.toBe(before.infoHash);
  });
});

describe("what a machine is told apart by", () => {
  const identity = (info: Record<string, unknown>) => shown.read("m", info).identity;

  it("is its serial number and the id of its boot", () => {
    expect(identity(web)).toBe(hashes.identity(["C02X", "b-1"]));
    expect(identity({ serial_number: "C02X" })).toBe(hashes.identity(["C02X", null]));
    expect(identity({ boot_id: "b-1" })).toBe(hashes.identity([null, "b-1"]));
    expect(
      new Set([identity(web), identity({ ...web, serial_number: "C02Y" }), identity({ ...web, boot_id: "b-2" })]).size,
    ).toBe(3);
  });

  it("does not change with anything else", () => {
    expect(identity({ ...web, hostname: "web-02", tags: [], cpu_count: 8 })).toBe(identity(web));
  });

  it.each([
    { os: "Linux" },
    { serial_number: "Unknown" },
    { serial_number: " " },
    { serial_number: null, boot_id: "" },
  ])("is nothing where the agent sends nothing such: %j", (info) => {
    expect(shown.read("m", info)).toMatchObject({ identity: null, serialHash: null });
  });

  it("finds a machine by its serial number", () => {
    expect(shown.read("m", web).serialHash).toBe(hashes.serial("C02X"));
  });
});

describe("an info that was seen before", () => {
  it("gives the same facts, and another one or another machine's its own", () => {
    const once = shown.read("a", web);
    expect(shown.read("a", { ...web })).toEqual(once);
    expect(shown.read("b", { ...web, hostname: "b" }).hostname).toBe("b");
    expect(shown.read("a", { ...web, hostname: "c" })).toMatchObject({
      hostname: "c",
      searchText: expect.stringMatching(/^c\n/) as string,
    });
    expect(shown.read("a", web)).toEqual(once);
  });

  it("leaves nothing behind of a report without info", () => {
    shown.read("a", web);
    expect(shown.read("a", undefined)).toEqual({
      info: null,
      infoHash: null,
      hostname: null,
      hostnameHash: null,
      serialHash: null,
      searchText: null,
      searchHashes: null,
      identity: null,
    });
  });

  it("is forgotten again where many machines have large ones", () => {
    const crowded = reader(false);
    const large = (index: number) => ({ hostname: `m-${index}`, pad: "x".repeat(1_000_000) });
    for (let round = 0; round < 2; round++) {
      for (let index = 0; index < 20; index++) {
        const facts = crowded.read(`m-${index}`, large(index));
        expect(facts).toEqual(reader(false).read("m", large(index)));
        expect(facts.hostname).toBe(`m-${index}`);
      }
    }
  });
});
