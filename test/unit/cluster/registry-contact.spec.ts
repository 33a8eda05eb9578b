import { RegistryContact, WatchedRegistry } from "../../../src/cluster/registry-contact.js";
import { MemoryRegistry } from "./memory-registry.js";

function makeContact() {
  const registry = new MemoryRegistry();
  const contact = new RegistryContact();
  return { registry, contact, watched: new WatchedRegistry(registry, contact) };
}

describe("the contact with the registry", () => {
  it("is not there before the first answer", () => {
    expect(makeContact().contact.state()).toEqual({
      connected: false,
      latencyMs: null,
      error: "This node has not asked the registry yet.",
    });
  });

  it("tells how long the last answer took", async () => {
    const { registry, contact, watched } = makeContact();
    registry.slowByMs = 30;
    await watched.publish("a", '{"payload":"{}"}');
    const { connected, latencyMs, error } = contact.state();
    expect([connected, error]).toEqual([true, null]);
    expect(latencyMs).toBeGreaterThan(25);
  });

  it("is lost with a call that fails, and found with the next that succeeds", async () => {
    const { registry, contact, watched } = makeContact();
    registry.away = true;
    await expect(watched.list()).rejects.toThrow();
    expect(contact.state()).toEqual({
      connected: false,
      latencyMs: null,
      error: "The cluster registry cannot be reached at the moment; try again shortly. (connection refused)",
    });
    registry.away = false;
    await watched.list();
    expect(contact.state().connected).toBe(true);
  });

  it("is lost while a call hangs, without waiting for its end", async () => {
    const { registry, contact, watched } = makeContact();
    await watched.list();
    registry.hangs = true;
    const hanging = watched.list();
    const now = performance.now();
    expect(contact.state(now + 1_000).connected).toBe(true);
    expect(contact.state(now + 3_000)).toMatchObject({ connected: false, latencyMs: null });
    registry.resume();
    await hanging;
    expect(contact.state(now + 3_000).connected).toBe(true);
  });
});
