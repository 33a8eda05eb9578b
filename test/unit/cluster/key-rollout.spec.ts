import { KeyRollout } from "../../../src/cluster/key-rollout.js";
import { Membership } from "../../../src/cluster/membership/membership.js";
import { moment } from "../../../src/cluster/membership/observe.js";
import type { NodeRecord } from "../../../src/cluster/node-record.js";
import { FernetKey } from "../../../src/crypto/fernet.js";
import { DocumentCipher } from "../../../src/database/document-cipher.js";
import { NodeLifecycle } from "../../../src/lifecycle/node-lifecycle.js";
import { clusterConfig } from "./cluster-config.js";
import { EventsInMemory } from "./events-in-memory.js";
import { fingerprintsOf } from "./fingerprints-in-memory.js";
import { KeysInMemory } from "./keys-in-memory.js";
import { LogLines } from "./log-lines.js";
import { MemoryRegistry } from "./memory-registry.js";
import { clusterSeal, registryEntry } from "./records.js";

const timers = import.meta.jest;
const texts = [FernetKey.generate(), FernetKey.generate()];
const [newId = "", oldId = ""] = texts.map((text) => FernetKey.parse(text).id);

/** A node that lists [new, old] and seals with the old; heartbeat 10 s, time-out 30 s. */
function makeNode() {
  const config = clusterConfig();
  const { cluster } = config;
  const documents = new DocumentCipher(texts);
  documents.sealWith(oldId);
  const keys = new KeysInMemory(documents);
  keys.recorded.add(oldId);
  const membership = new Membership(
    cluster,
    clusterSeal,
    fingerprintsOf(config, new MemoryRegistry()),
    new EventsInMemory(),
  );
  const lifecycle = new NodeLifecycle();
  const exits: number[] = [];
  lifecycle.on("fatal", (_, code) => exits.push(code));
  const events = new EventsInMemory();
  const rollout = new KeyRollout(cluster, keys, membership, lifecycle, events);
  let sequence = 0;
  /** One heartbeat, in which node `b` advances with these members. */
  const beat = async (b: Partial<NodeRecord>) => {
    rollout.lookSoon();
    await timers.advanceTimersByTimeAsync(0);
    const { inUse } = rollout;
    const at = moment();
    membership.observe([registryEntry({ sequence: ++sequence, ...b })], new Map(), at);
    rollout.advance(inUse, at.monotonicMs);
    await timers.advanceTimersByTimeAsync(10_000);
  };
  return { keys, rollout, lifecycle, exits, beat, events };
}

let logs: LogLines;

beforeEach(() => {
  timers.useFakeTimers({ doNotFake: ["nextTick", "queueMicrotask"] });
  logs = new LogLines();
});

afterEach(() => {
  timers.useRealTimers();
});

describe("the rollout of a database key", () => {
  it("records the key after a node time-out of watching, and seals with it from the reading after that", async () => {
    const { keys, beat, events } = makeNode();
    const listed = { database_keys: [newId, oldId] };
    for (let i = 0; i < 3; i++) await beat(listed);
    expect([...keys.recorded]).toEqual([oldId]);
    await beat(listed);
    expect([...keys.recorded]).toEqual([oldId, newId]);
    expect(keys.sealing).toBe(oldId);
    await beat(listed);
    expect(keys.sealing).toBe(newId);
    expect(events.lines).toEqual([`key.changed ${newId}`]);
    expect(logs.starting("INFO").slice(-2)).toEqual([
      `INFO [Cluster] Every node lists the database key ${newId}: it comes into use`,
      `INFO [Cluster] New data is sealed with the database key ${newId}`,
    ]);
  });

  it("begins its watch anew after a gap", async () => {
    const { keys, beat } = makeNode();
    const listed = { database_keys: [newId, oldId] };
    for (let i = 0; i < 3; i++) await beat(listed);
    await timers.advanceTimersByTimeAsync(20_000);
    for (let i = 0; i < 3; i++) await beat(listed);
    expect([...keys.recorded]).toEqual([oldId]);
    await beat(listed);
    expect([...keys.recorded]).toEqual([oldId, newId]);
  });

  it("waits for a node that lacks the key, and for a minute for one that has stopped", async () => {
    const { keys, beat } = makeNode();
    for (let i = 0; i < 6; i++) await beat({ database_keys: [oldId] });
    await beat({ sequence: 100, state: "stopped", database_keys: [oldId] });
    for (let i = 0; i < 5; i++) await beat({ sequence: 100, state: "stopped", database_keys: [oldId] });
    expect([...keys.recorded]).toEqual([oldId]);
    await beat({ sequence: 100, state: "stopped", database_keys: [oldId] });
    expect([...keys.recorded]).toEqual([oldId, newId]);
  });

  it("goes on by itself when the database is back, and warns once", async () => {
    const { keys, beat } = makeNode();
    for (let i = 0; i < 3; i++) await beat({ database_keys: [newId, oldId] });
    keys.away = true;
    for (let i = 0; i < 3; i++) await beat({ database_keys: [newId, oldId] });
    keys.away = false;
    for (let i = 0; i < 3; i++) await beat({ database_keys: [newId, oldId] });
    expect(keys.sealing).toBe(newId);
    expect(logs.starting("WARN")).toEqual([
      `WARN [Cluster] The database key ${newId} does not come into use yet: The database cannot be reached at the ` +
        "moment; try again shortly.",
    ]);
  });

  it("stops a node that finds a key in use which it does not list, and says what to do", async () => {
    const { keys, lifecycle, exits, beat } = makeNode();
    await beat({});
    expect(exits).toEqual([]);
    keys.recorded.add("0123abcd");
    await beat({});
    expect(exits).toEqual([78]);
    expect(lifecycle.refusesBecause).toBe(
      "server.db_encryption_key does not fit: the database key 0123abcd is in use and missing from the list. Add it as " +
        "the other nodes list it: a new key first in the list, an old one behind it.",
    );
  });
});
