import { type FleetNode, startFleetNode, testCredentials } from "../support/fleet-node.js";
import { HttpClient } from "../support/http-client.js";
import { newFernetKey } from "../support/keys.js";
import { waitFor } from "../support/wait-for.js";

const MINUTE = 60_000;

interface MachineList {
  machines: { machine_id: string; id_conflict: boolean }[];
  total: number;
  next_cursor: string | null;
}
interface Point {
  timestamp: string;
  metrics: { cpu?: { percent?: number }; network?: Record<string, number> };
  max?: { cpu?: { percent?: number } };
  count?: number;
}
interface History {
  resolution: string;
  step: number | null;
  history: Point[];
}

describe("a fleet as it is read", () => {
  /** Five minutes of this one are over, and their samples therefore late. */
  const slot = Math.floor(Date.now() / (5 * MINUTE)) * 5 * MINUTE - 20 * MINUTE;
  let node: FleetNode;
  let agent: HttpClient;
  let operator: HttpClient;

  const report = async (machine_id: string, info: object, cpu: number, at = Date.now(), bytes = 0) => {
    const json = {
      machine_id,
      machine_info: info,
      metrics: {
        timestamp: new Date(at).toISOString(),
        cpu: { percent: cpu },
        network: { bytes_sent: bytes, bytes_recv: bytes },
      },
    };
    expect((await agent.post("/api/fleet/report", { json })).status).toBe(200);
  };
  const read = async <T>(path: string): Promise<T> => {
    const answer = await operator.get(path);
    expect({ path, status: answer.status }).toEqual({ path, status: 200 });
    return answer.json() as T;
  };
  const ids = async (query: string) =>
    (await read<MachineList>(`/api/fleet/machines?${query}`)).machines.map((each) => each.machine_id);

  beforeAll(async () => {
    node = await startFleetNode({ config: { server: { db_encryption_key: newFernetKey() } } });
    agent = new HttpClient(node.url, { headers: { "x-api-key": testCredentials.apiKey } });
    operator = new HttpClient(node.url);
    await operator.login(testCredentials.username, testCredentials.password);
    await report("id-1", { hostname: "Zebra.example.com", local_ip: "192.0.2.17", tags: ["EU-West", "web"] }, 10);
    await report("id-2", { hostname: "alpha.example.com", local_ip: "192.0.2.18", tags: ["us-east", "web"] }, 90);
    await report("id-3", { hostname: "mule.example.com", serial_number: "SN-3" }, 50);
    for (let second = 0; second < 300; second += 10) {
      await report(
        "charted",
        { hostname: "charted" },
        second / 10,
        slot + second * 1000,
        second < 150 ? second * 100 : second,
      );
    }
    for (const [index, serial_number] of ["A", "B", "A"].entries()) {
      await report("shared", { hostname: "shared", serial_number }, 1, Date.now() + index);
    }
    // What was to be done while nobody ran is done soon after a start.
    await node.stop();
    await node.start();
  });

  afterAll(async () => {
    agent.close();
    operator.close();
    await node.stop();
  });

  it.each([
    ["part of a host name, in any case", "zEBRA", ["id-1"]],
    ["part of an address", "192.0.2.1", ["id-1", "id-2"]],
    ["a tag", "eu-west", ["id-1"]],
    ["a whole serial number", "SN-3", ["id-3"]],
    ["part of an id", "id-", ["id-1", "id-2", "id-3"]],
    ["nothing known", "no such machine", []],
  ])("is searched by %s", async (_what, words, expected) => {
    expect(await ids(`q=${encodeURIComponent(words)}&sort=machine_id`)).toEqual(expected);
  });

  it.each([
    ["name", ["id-2", "id-3", "id-1"]],
    ["-name", ["id-1", "id-3", "id-2"]],
    ["-cpu", ["id-2", "id-3", "id-1"]],
  ])("is sorted by %s, page after page", async (sort, expected) => {
    const found: string[] = [];
    let cursor = "";
    do {
      const page = await read<MachineList>(`/api/fleet/machines?q=id-&limit=1&sort=${sort}${cursor}`);
      expect(page.total).toBe(3);
      found.push(...page.machines.map((each) => each.machine_id));
      cursor = page.next_cursor === null ? "" : `&cursor=${encodeURIComponent(page.next_cursor)}`;
    } while (cursor !== "");
    expect(found).toEqual(expected);
  });

  it("is answered compressed, and not again where nothing changed", async () => {
    const path = "/api/fleet/history/charted?limit=1000";
    const packed = await operator.get(path, { headers: { "accept-encoding": "gzip" } });
    expect(packed.headers["content-encoding"]).toBe("gzip");
    const { etag = "" } = packed.headers;
    expect(etag).not.toBe("");
    const again = await operator.get(path, { headers: { "accept-encoding": "gzip", "if-none-match": etag } });
    expect([again.status, again.text]).toEqual([304, ""]);
  });

  it("rolls its history up, without a spike where a counter starts again", async () => {
    const path = `/api/fleet/history/charted?resolution=5m&from=${new Date(slot).toISOString()}`;
    const rolled = await waitFor(
      async () => {
        const found = await read<History>(path);
        return found.history[0]?.count === 30 ? found : undefined;
      },
      { what: "the samples to be rolled up", timeoutMs: 60_000 },
    );
    expect(rolled).toMatchObject({ resolution: "5m", step: 300 });
    const [point] = rolled.history;
    expect(point?.timestamp).toBe(new Date(slot).toISOString());
    expect(point?.metrics.cpu?.percent).toBeCloseTo(14.5, 5);
    expect(point?.max?.cpu?.percent).toBe(29);
    const rate = point?.metrics.network?.["bytes_sent_per_second"] ?? -1;
    // 14 gaps of 100 bytes a second and 14 of 1; the one between has no rate.
    expect(rate).toBeCloseTo(50.5, 5);
  });

  it("chooses the resolution of a chart", async () => {
    const chart = (minutes: number) =>
      read<History>(
        `/api/fleet/history/charted?resolution=auto&from=${new Date(Date.now() - minutes * MINUTE).toISOString()}`,
      );
    const raw = await chart(60);
    expect(raw).toMatchObject({ resolution: "raw", step: null });
    expect(raw.history).toHaveLength(30);
    expect(await chart(24 * 60)).toMatchObject({ resolution: "5m", step: 300 });
    expect(await chart(7 * 24 * 60)).toMatchObject({ resolution: "1h", step: 3600 });
  });

  it("says what is wrong with a question about history", async () => {
    for (const [query, member] of [
      ["resolution=1m", "resolution"],
      ["from=2026-01-02T00:00:00Z&to=2026-01-01T00:00:00Z", "from"],
      ["limit=0", "limit"],
    ]) {
      const answer = await operator.get(`/api/fleet/history/charted?${query}`);
      expect(answer.status).toBe(400);
      expect(answer.text).toContain(member);
    }
  });

  it("tells that two machines use one id", async () => {
    const shared = await read<{ id_conflict: boolean }>("/api/fleet/machine/shared");
    expect(shared.id_conflict).toBe(true);
    expect(await read("/api/fleet/machine/id-3")).toMatchObject({ id_conflict: false });
    const events = await waitFor(
      async () => {
        const found = await read<{ events: { kind: string; subject: string }[] }>("/api/fleet/events?limit=50");
        const conflicts = found.events.filter(({ kind }) => kind === "machine.id_conflict");
        return conflicts.length > 0 ? conflicts : undefined;
      },
      { what: "the event of the conflict", timeoutMs: 60_000 },
    );
    expect(events).toMatchObject([{ subject: "shared" }]);
  });
});
