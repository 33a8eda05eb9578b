import { SharedPlaces } from "../../../src/lifecycle/shared-places.js";
import { clusterConfig } from "./cluster-config.js";
import { fingerprintsOf } from "./fingerprints-in-memory.js";
import { MemoryRegistry } from "./memory-registry.js";

describe("the fingerprints of a node that starts", () => {
  it("are waited for while a store is still connecting", async () => {
    const places = new SharedPlaces();
    let asked = 0;
    places.announce("session store", () =>
      ++asked < 3 ? Promise.reject(new Error("not connected yet")) : Promise.resolve("an id"),
    );
    const fingerprints = fingerprintsOf(clusterConfig(), new MemoryRegistry(), "a database", places);
    await fingerprints.settle(10_000);
    expect(asked).toBe(3);
    expect(Object.keys(fingerprints.current)).toEqual(
      expect.arrayContaining(["session store", "registry", "database"]),
    );
  });

  it("are not waited for without end", async () => {
    const places = new SharedPlaces();
    places.announce("session store", () => Promise.reject(new Error("away")));
    const fingerprints = fingerprintsOf(clusterConfig(), new MemoryRegistry(), "a database", places);
    await fingerprints.settle(60);
    expect(Object.keys(fingerprints.current)).not.toContain("session store");
  });
});
