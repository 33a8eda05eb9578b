import fc from "fast-check";
import { deriveNodeId, readHostFacts } from "../../../src/config/detect-node.js";

describe("a derived node id", () => {
  it("stays the same across restarts and versions", () => {
    expect(deriveNodeId("server-01.example.com", "0123456789abcdef", 8768)).toBe("server-01-e77325");
    expect(deriveNodeId("server-01.example.com", undefined, 8768)).toBe("server-01-005392");
  });

  it("differs between two nodes on one host, and between hosts of one name", () => {
    const id = deriveNodeId("server-01", "machine-a", 8768);
    expect(deriveNodeId("server-01", "machine-a", 8769)).not.toBe(id);
    expect(deriveNodeId("server-01", "machine-b", 8768)).not.toBe(id);
    expect(deriveNodeId("server-01", undefined, 8768)).not.toBe(id);
    expect(deriveNodeId("server-01.example.com", "machine-a", 8768)).not.toBe(id);
  });

  it("is a valid node id for any host name", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary" }), fc.option(fc.string(), { nil: undefined }), (name, machineId) => {
        expect(deriveNodeId(name, machineId, 8768)).toMatch(/^[A-Za-z0-9_-]{1,121}-[0-9a-f]{6}$/);
      }),
    );
  });
});

describe("the host's facts", () => {
  it("name this host, the same every time", () => {
    expect(readHostFacts().hostname).not.toBe("");
    expect(readHostFacts()).toEqual(readHostFacts());
  });
});
