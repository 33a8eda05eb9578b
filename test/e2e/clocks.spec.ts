import { clockSetOff } from "../support/faketime.js";
import { type FleetNode, testCredentials } from "../support/fleet-node.js";
import { HttpClient } from "../support/http-client.js";
import { sampleReport } from "../support/simulated-agents.js";
import { waitFor } from "../support/wait-for.js";
import { MemberNodes, Observer } from "./member-nodes.js";

const HOUR_MS = 3_600_000;

describe("three nodes whose clocks are an hour apart", () => {
  let nodes: FleetNode[];
  let observers: Observer[];

  beforeAll(async () => {
    const places = await MemberNodes.prepare();
    nodes = await Promise.all([
      places.start("late", {}, clockSetOff("-1h")),
      places.start("right"),
      places.start("early", {}, clockSetOff("+1h")),
    ]);
    observers = await Promise.all(nodes.map((node) => Observer.at(node)));
  });

  afterAll(() => {
    for (const observer of observers) observer.close();
  });

  const clientOf = (at: number, headers: Record<string, string> = {}) =>
    new HttpClient(nodes[at]?.url ?? "", { headers });

  it("do live in different hours", async () => {
    const [late = 0, right = 0, early = 0] = await Promise.all(
      nodes.map(async (_, at) => {
        const client = clientOf(at);
        const { headers } = await client.get("/health/live");
        client.close();
        return Date.parse(String(headers.date));
      }),
    );
    expect(Math.abs(right - late - HOUR_MS)).toBeLessThan(60_000);
    expect(Math.abs(early - right - HOUR_MS)).toBeLessThan(60_000);
  });

  it("all see all of them active, with ages that make sense", async () => {
    for (const observer of observers) {
      await observer.waitFor({ late: "active", right: "active", early: "active" });
      for (const { heartbeat_age_ms: ageMs } of await observer.nodes()) {
        expect(ageMs).toBeGreaterThanOrEqual(0);
        expect(ageMs).toBeLessThan(60_000);
      }
    }
  });

  it("share logins, whichever made them", async () => {
    for (const from of [0, 1, 2]) {
      const made = clientOf(from);
      await made.login(testCredentials.username, testCredentials.password);
      for (const at of [0, 1, 2]) {
        const client = clientOf(at);
        for (const [name, value] of made.cookies) client.cookies.set(name, value);
        expect((await client.get("/api/fleet/current-user")).status).toBe(200);
        client.close();
      }
      made.close();
    }
  });

  it("judge a report alike, by the database's clock, whichever takes it", async () => {
    for (const at of [0, 1, 2]) {
      const agent = clientOf(at, { "x-api-key": testCredentials.apiKey });
      const report = sampleReport(`taken-by-${at}`, new Date().toISOString());
      expect((await agent.post("/api/fleet/report", { json: report })).status).toBe(200);
      agent.close();
    }
    for (const by of [0, 1, 2]) {
      const client = clientOf(by);
      await client.login(testCredentials.username, testCredentials.password);
      for (const at of [0, 1, 2]) {
        const machine = (await client.get(`/api/fleet/machine/taken-by-${at}`)).json() as {
          status: string;
          last_seen: string;
        };
        expect(machine.status).toBe("online");
        expect(Math.abs(Date.parse(machine.last_seen) - Date.now())).toBeLessThan(60_000);
      }
      client.close();
    }
  });

  it("name one that dies within its time-out, and none of the others", async () => {
    const [late, , early] = observers;
    await nodes[1]?.kill();
    for (const observer of [late, early]) {
      await observer?.waitFor({ right: "inactive", late: "active", early: "active" });
    }
    await waitFor(async () => (await early?.events("node.inactive", "right"))?.length === 1, { what: "the event" });
  });
});
