import { BackendUnavailableError } from "../../src/common/fleet-error.js";
import type { NodeRegistry, RegistryEntry } from "../../src/cluster/registry/node-registry.js";
import { waitFor } from "../support/wait-for.js";
import { withClockAhead } from "./clock-ahead.js";

/** One backend, empty, for one test. */
interface RegistryGround {
  /** Another node's own connection to the same backend. */
  open(): NodeRegistry;
  /** Makes the backend unreachable for everybody. */
  cutOff(): Promise<void>;
}

export interface RegistryUnderTest {
  readonly name: string;
  /** A ground that nobody has used. */
  readonly open: () => Promise<RegistryGround>;
}

const recordOf = async (registry: NodeRegistry, nodeId: string): Promise<string | undefined> =>
  (await registry.list()).find((entry) => entry.nodeId === nodeId)?.record;

const withoutAges = (entries: readonly RegistryEntry[]) =>
  entries
    .map(({ nodeId, record }) => ({ nodeId, record }))
    .sort((one, other) => one.nodeId.localeCompare(other.nodeId));

/** What every NodeRegistry promises, whatever it is made of. */
export function testNodeRegistry({ name, open }: RegistryUnderTest): void {
  describe(`${name} as a node registry`, () => {
    let ground: RegistryGround;
    const opened: NodeRegistry[] = [];

    function registry(): NodeRegistry {
      const another = ground.open();
      opened.push(another);
      return another;
    }

    beforeEach(async () => {
      ground = await open();
    });

    afterEach(async () => {
      await Promise.all(opened.splice(0).map((each) => each.close()));
    });

    it("is empty before anybody publishes", async () => {
      expect(await registry().list()).toEqual([]);
    });

    it("shows every node the records of all", async () => {
      const [one, other] = [registry(), registry()];
      await one.publish("a", "record of a");
      await other.publish("b", "record of b");
      const all = [
        { nodeId: "a", record: "record of a" },
        { nodeId: "b", record: "record of b" },
      ];
      expect(withoutAges(await one.list())).toEqual(all);
      expect(withoutAges(await other.list())).toEqual(all);
    });

    it("keeps the newest record of a node only", async () => {
      const node = registry();
      await node.publish("a", "a longer record, the first one");
      await node.publish("a", "second");
      expect(withoutAges(await node.list())).toEqual([{ nodeId: "a", record: "second" }]);
    });

    it("removes one node's record and no other, also when there is none", async () => {
      const node = registry();
      await node.publish("a", "record of a");
      await node.publish("b", "record of b");
      await node.remove("a");
      await node.remove("a");
      await node.remove("never seen");
      expect(withoutAges(await node.list())).toEqual([{ nodeId: "b", record: "record of b" }]);
    });

    it.each([
      "A",
      "../../escape",
      "a/b",
      ".",
      "..",
      ".hidden",
      "with space",
      "100%",
      "%2F",
      "héhé",
      "节点",
      "line\nbreak",
      "__proto__",
      "constructor",
      "",
      "x".repeat(300),
    ])("takes the node id %j", async (nodeId) => {
      const node = registry();
      await node.publish("a", "record of a");
      await node.publish(nodeId, "odd");
      expect(withoutAges(await node.list())).toEqual(
        withoutAges([
          { nodeId: "a", record: "record of a", ageMs: 0 },
          { nodeId, record: "odd", ageMs: 0 },
        ]),
      );
      await node.remove(nodeId);
      expect(withoutAges(await node.list())).toEqual([{ nodeId: "a", record: "record of a" }]);
    });

    it.each(["", " leading", "1.5 looks like a time", '{"payload":"ü 世界 😀","n":1}', "two\nlines\r\n", "\u0000"])(
      "gives the record %j back unchanged",
      async (record) => {
        const node = registry();
        await node.publish("a", record);
        expect(await recordOf(node, "a")).toBe(record);
      },
    );

    it("lets a record grow old by the backend's clock, and a new one be young", async () => {
      const node = registry();
      await node.publish("a", "first");
      const ageMs = async () => (await node.list())[0]?.ageMs ?? NaN;
      const first = await ageMs();
      expect(first).toBeGreaterThanOrEqual(0);
      expect(first).toBeLessThan(5_000);
      const grown = await waitFor(async () => (await ageMs()) >= first + 1_000, { what: "the record to grow older" });
      expect(grown).toBe(true);
      await node.publish("a", "second");
      expect(await ageMs()).toBeLessThan(first + 1_000);
    });

    it("takes no age from this process's clock, whether it jumps after writing or was wrong before", async () => {
      const node = registry();
      await node.publish("a", "written by a node with the right time");
      await withClockAhead(3_600_000, async () => {
        await node.publish("b", "written by a node that is an hour ahead");
        for (const { ageMs } of await node.list()) expect(ageMs).toBeLessThan(10_000);
      });
      for (const { ageMs } of await node.list()) expect(ageMs).toBeLessThan(10_000);
    });

    it("has one random id, whoever asks and however often", async () => {
      const ids = await Promise.all(Array.from({ length: 8 }, () => registry().id()));
      expect(new Set(ids).size).toBe(1);
      expect(ids[0]).toMatch(/^[0-9a-f-]{36}$/);
      expect(await registry().id()).toBe(ids[0]);
      expect(await registry().list()).toEqual([]);
    });

    it("shows whole records only, however many write at once", async () => {
      const text = (node: number, round: number) => `${node}:${round}:${String(node % 10).repeat(8_000)}:end`;
      const writers = Array.from({ length: 10 }, (_, node) => ({ node, registry: registry() }));
      const done = new AbortController();
      const written = Promise.all(
        writers.map(async ({ node, registry: own }) => {
          for (let round = 1; round <= 15; round++) {
            await own.publish(`node-${node}`, text(node, round));
            await own.publish("contended", text(node, round));
          }
        }),
      ).finally(() => {
        done.abort();
      });

      const reader = registry();
      const newest = new Map<string, number>();
      const seen: string[] = [];
      do {
        for (const { nodeId, record } of await reader.list()) {
          const [node, round] = record.split(":", 2).map(Number);
          if (record !== text(node ?? NaN, round ?? NaN)) seen.push(`${nodeId}: broken record`);
          if (nodeId === "contended") continue;
          if ((round ?? NaN) < (newest.get(nodeId) ?? 0)) seen.push(`${nodeId}: an older record came back`);
          newest.set(nodeId, round ?? NaN);
        }
      } while (!done.signal.aborted);
      await written;
      expect(seen).toEqual([]);
      expect(await reader.list()).toHaveLength(11);
    });

    it("says so when the backend cannot be reached, with the cause, whatever is asked", async () => {
      const [used, unused] = [registry(), registry()];
      await used.publish("a", "record of a");
      await ground.cutOff();
      for (const node of [used, unused]) {
        for (const call of [
          () => node.publish("a", "later"),
          () => node.list(),
          () => node.remove("a"),
          () => node.id(),
        ]) {
          const error: unknown = await call().catch((thrown: unknown) => thrown);
          expect(error).toBeInstanceOf(BackendUnavailableError);
          expect((error as Error).cause).toHaveProperty("message");
        }
      }
    });
  });
}
