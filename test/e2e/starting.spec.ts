import Database from "better-sqlite3";
import path from "node:path";
import { launchFleetNode } from "../support/fleet-node.js";
import { freePort } from "../support/free-port.js";
import { HttpClient } from "../support/http-client.js";
import { makeTempFolder } from "../support/temp-folder.js";
import { waitFor } from "../support/wait-for.js";

describe("a node that waits for its database", () => {
  /** A node that cannot bring its database's schema up to date, because another program holds the lock. */
  async function waitingNode() {
    const dbPath = path.join(makeTempFolder("locked"), "fleet.sqlite3");
    const holder = new Database(dbPath);
    holder.pragma("journal_mode = wal");
    holder.exec("BEGIN IMMEDIATE");
    const port = await freePort();
    const process = await launchFleetNode({ config: { server: { port, db_path: dbPath, drain_seconds: 5 } } });
    const client = new HttpClient(`http://127.0.0.1:${port}`);
    await waitFor(async () => (await client.get("/health/live")).status === 200, { what: "the node to listen" });
    return { process, client, release: () => holder.exec("ROLLBACK") };
  }

  it("says that it is starting, and serves by itself when the database can be used", async () => {
    const { process, client, release } = await waitingNode();
    for (const [method, url] of [
      ["GET", "/api/fleet/cluster/health"],
      ["GET", "/health/ready"],
      ["GET", "/login"],
      ["GET", "/nothing"],
      ["POST", "/api/fleet/report"],
      ["POST", "/api/fleet/reports"],
    ] as const) {
      const answer = await client.request(method, url);
      expect(answer.status).toBe(503);
      expect(answer.headers["retry-after"]).toBe("1");
      expect(answer.json()).toEqual({
        error: "The node is starting; try again shortly.",
        code: "STARTING",
        request_id: answer.headers["x-request-id"],
      });
    }
    release();
    await process.waitForLine(/Fleet server started on/);
    await waitFor(async () => (await client.get("/api/fleet/cluster/health")).status === 200, { what: "it to serve" });
    client.close();
    await process.stop();
  });

  it("ends at once, and cleanly, when it is told to", async () => {
    const { process, client } = await waitingNode();
    client.close();
    expect(await process.stop()).toEqual({ code: 0, signal: null });
    expect(process.output).toContain("SIGTERM: ending before the node has started");
  });
});
