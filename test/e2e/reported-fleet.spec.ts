import Database from "better-sqlite3";
import { startFleetNode, testCredentials } from "../support/fleet-node.js";
import { HttpClient } from "../support/http-client.js";
import { newFernetKey } from "../support/keys.js";
import { sampleReport } from "../support/simulated-agents.js";
import { makeTempFolder } from "../support/temp-folder.js";
import { ReportingNode, type ShownPage, now } from "./reporting-node.js";

let fleet: ReportingNode;

beforeAll(async () => {
  fleet = await ReportingNode.start();
});

describe("the fleet", () => {
  it("is paged through without losing or repeating a machine", async () => {
    for (let index = 0; index < 7; index++) await fleet.report({ machine_id: `page-${index}` });
    const seen: string[] = [];
    let cursor: string | null = "";
    while (cursor !== null) {
      const query: string = `limit=3&q=page-&sort=-last_seen${cursor ? `&cursor=${encodeURIComponent(cursor)}` : ""}`;
      const page: ShownPage = await fleet.read(`/api/fleet/machines?${query}`);
      expect(page.total).toBe(7);
      seen.push(...page.machines.map((each) => each.machine_id));
      cursor = page.next_cursor;
    }
    expect(seen.toSorted()).toEqual(Array.from({ length: 7 }, (_, index) => `page-${index}`));
  });

  it("is listed in pages of bearable size, however much its machines say", async () => {
    const large = { pad: "x".repeat(900_000) };
    for (let index = 0; index < 12; index++) {
      expect((await fleet.report({ machine_id: `large-${index}`, machine_info: large })).status).toBe(200);
    }
    const seen: string[] = [];
    let cursor: string | null = "";
    while (cursor !== null) {
      const answer = await fleet.operator.get(
        `/api/fleet/machines?q=large-&limit=1000${cursor && `&cursor=${cursor}`}`,
      );
      expect(answer.text.length).toBeLessThan(8_000_000);
      const page = answer.json() as ShownPage;
      seen.push(...page.machines.map((each) => each.machine_id));
      cursor = page.next_cursor;
    }
    expect(new Set(seen).size).toBe(12);
    expect(seen).toHaveLength(12);
    expect((await fleet.operator.get("/dashboard")).text.length).toBeLessThan(1_000_000);
  });

  it("forgets a machine that an admin deletes", async () => {
    await fleet.report(sampleReport("deleted", now()));
    expect((await fleet.operator.request("DELETE", "/api/fleet/machine/deleted")).status).toBe(204);
    expect((await fleet.operator.get("/api/fleet/machine/deleted")).status).toBe(404);
  });

  it("lies encrypted on disk: no document or serial number can be read there", async () => {
    await fleet.report(sampleReport("classified-id", now()));
    const content = contentOf(fleet.databasePath);
    expect(content).toContain("classified-id");
    expect(content).not.toContain("SN-classified-id");
    expect(content).not.toContain("load_avg");
    expect(content).not.toContain("x86_64");
    expect(content).toContain("gAAAAA");
  });

  it("keeps names, addresses and tags unreadable too from when that is chosen, and finds whole ones", async () => {
    const server = { db_path: `${makeTempFolder("data")}/fleet.sqlite3`, db_encryption_key: newFernetKey() };
    const info = { hostname: "covert-host", computer_name: "covert-name", local_ip: "10.66.0.1", tags: ["covert-tag"] };
    const report = async (hide_names: boolean, query: string) => {
      const one = await startFleetNode({ config: { server, machines: { hide_names } } });
      const client = new HttpClient(one.url, { headers: { "x-api-key": testCredentials.apiKey } });
      const json = { machine_id: "an-id", machine_info: info, metrics: { timestamp: now() } };
      expect((await client.post("/api/fleet/report", { json })).status).toBe(200);
      await client.login(testCredentials.username, testCredentials.password);
      const found = await client.get(`/api/fleet/machines?q=${query}`);
      client.close();
      await one.stop();
      return (found.json() as ShownPage).machines.map((each) => each.machine_id);
    };
    await report(false, "an-id");
    expect(contentOf(server.db_path)).toContain("covert-host");

    // The info is the same; only the setting has changed.
    expect(await report(true, "Covert-Host")).toEqual(["an-id"]);
    const content = contentOf(server.db_path);
    expect(content).toContain("an-id");
    expect(content).not.toMatch(/covert|10\.66\.0\.1/);
  });
});

function contentOf(path: string): string {
  const db = new Database(path, { readonly: true });
  const tables = db.prepare<unknown[], string>("SELECT name FROM sqlite_master WHERE type = 'table'").pluck().all();
  const content = tables.map((table) => JSON.stringify(db.prepare(`SELECT * FROM ${table}`).all())).join("\n");
  db.close();
  return content;
}
