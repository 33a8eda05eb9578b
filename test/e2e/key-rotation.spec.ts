import path from "node:path";
import { DataSource } from "typeorm";
import { FernetKey } from "../../src/crypto/fernet.js";
import { DocumentCipher } from "../../src/database/document-cipher.js";
import { sealedTables } from "../../src/database/rotation/sealed-columns.js";
import { type RunningProcess, startProcess } from "../support/child-process.js";
import { type FleetNode, startFleetNode, testCredentials } from "../support/fleet-node.js";
import { HttpClient } from "../support/http-client.js";
import { newFernetKey } from "../support/keys.js";
import { startPostgres } from "../support/postgres-server.js";
import { projectRoot } from "../support/project-root.js";
import { makeTempFolder } from "../support/temp-folder.js";
import { waitFor } from "../support/wait-for.js";
import { SteadyTraffic } from "./steady-traffic.js";

const idOf = (key: string) => FernetKey.parse(key).id;
const [oldKey, newKey] = [newFernetKey(), newFernetKey()];
const REPORTS = 400;

const backends = {
  SQLite: () => Promise.resolve({ db_path: path.join(makeTempFolder("data"), "fleet.sqlite3") }),
  PostgreSQL: async () => ({
    db_backend: "postgresql",
    db_url: await (await startPostgres()).createDatabase("rotated"),
  }),
};

function rotate(node: FleetNode, ...options: string[]): RunningProcess {
  const main = path.join(projectRoot, "dist/main.js");
  return startProcess(process.execPath, [main, "keys", "rotate", "--config", node.configFile, ...options]);
}

describe.each(Object.entries(backends))("the rotation of the database key on %s", (_name, database) => {
  const session_dir = makeTempFolder("sessions");
  let server: Awaited<ReturnType<typeof database>>;
  let dataSource: DataSource;
  let node: FleetNode;
  let session: Map<string, string>;

  const start = async (keys: readonly string[]) => {
    node = await startFleetNode({
      config: {
        server: { ...server, db_encryption_key: keys },
        sessions: { session_dir },
        history: { detail_interval: 1 },
      },
    });
  };
  /** How many values each key has sealed; `none` counts readable ones. */
  const sealers = async () => {
    const cipher = new DocumentCipher([newKey, oldKey]);
    const counts: Record<string, number> = {};
    for (const { table, columns, where = "TRUE" } of sealedTables) {
      const rows: Record<string, string | null>[] = await dataSource.query(
        `SELECT ${columns.join(", ")} FROM ${table} WHERE ${where}`,
      );
      for (const value of rows.flatMap((row) => Object.values(row))) {
        if (value === null) continue;
        const sealer = cipher.sealerOf(value) ?? "none";
        counts[sealer] = (counts[sealer] ?? 0) + 1;
      }
    }
    return counts;
  };
  const report = async (machine_id: string, index: number) => {
    const agent = new HttpClient(node.url, { headers: { "x-api-key": testCredentials.apiKey } });
    const json = { machine_id, machine_info: { hostname: machine_id }, metrics: { cpu: { percent: index % 100 } } };
    expect((await agent.post("/api/fleet/report", { json })).status).toBe(200);
    agent.close();
  };
  const operator = () => {
    const client = new HttpClient(node.url);
    for (const [name, value] of session) client.cookies.set(name, value);
    return client;
  };

  beforeAll(async () => {
    server = await database();
    await start([oldKey]);
    const client = new HttpClient(node.url);
    await client.login(testCredentials.username, testCredentials.password);
    session = client.cookies;
    client.close();
    for (let index = 0; index < REPORTS; index++) await report(`m-${index}`, index);
    dataSource = new DataSource(
      "db_url" in server
        ? { type: "postgres", url: server.db_url }
        : { type: "better-sqlite3", database: server.db_path, timeout: 5_000 },
    );
    await dataSource.initialize();
  });

  afterAll(async () => {
    await dataSource.destroy();
    await node.stop();
  });

  it("is refused while the new key is not in use", async () => {
    const early = await startFleetNode({
      config: { server: { ...server, db_encryption_key: [oldKey] }, sessions: { session_dir } },
      env: { FLEET_SERVER__DB_ENCRYPTION_KEY: oldKey },
    });
    const config = { ...process.env, FLEET_SERVER__DB_ENCRYPTION_KEY: JSON.stringify([newKey, oldKey]) };
    const main = path.join(projectRoot, "dist/main.js");
    const attempt = startProcess(process.execPath, [main, "keys", "rotate", "--config", early.configFile], {
      env: config,
    });
    expect((await attempt.exited).code).toBe(1);
    expect(attempt.output).toContain(
      `The key ${idOf(newKey)}, the first in server.db_encryption_key, is not in use yet`,
    );
    await early.stop();
    expect(await sealers()).not.toHaveProperty(idOf(newKey));
  });

  it("can be killed at any moment, while a node serves, and run to its end afterwards", async () => {
    await node.stop();
    await start([newKey, oldKey]);
    const traffic = new SteadyTraffic();
    await traffic.add(node);

    const killed = rotate(node, "--rate", "300");
    const sealedWithNew = async () => (await sealers())[idOf(newKey)] ?? 0;
    const before = await sealedWithNew();
    await waitFor(async () => (await sealedWithNew()) > before + 250, { what: "some values to be sealed anew" });
    killed.kill("SIGKILL");
    await killed.exited;
    expect((await sealers())[idOf(oldKey)]).toBeGreaterThan(0);

    const whole = rotate(node);
    expect([(await whole.exited).code, whole.output]).toEqual([
      0,
      expect.stringContaining("Everything is sealed with"),
    ]);
    expect(whole.output).toContain(`Take ${idOf(oldKey)} out of server.db_encryption_key of every node now.`);
    expect(Object.keys(await sealers())).toEqual([idOf(newKey)]);
    await traffic.stop();
    expect(traffic.failures).toEqual([]);

    const again = rotate(node);
    expect((await again.exited).code).toBe(0);
    expect(again.output).toContain("(0 values were sealed anew). No other key is in use.");
  });

  it("leaves nothing that needs the old key: all is read without it, and nobody is logged out", async () => {
    await node.stop();
    await start([newKey]);
    const client = operator();
    const { machines, total } = (await client.get("/api/fleet/machines?limit=1000")).json() as {
      machines: { machine_id: string; info: { hostname?: string } }[];
      total: number;
    };
    expect(total).toBeGreaterThanOrEqual(REPORTS);
    expect(machines.filter(({ machine_id }) => machine_id.startsWith("m-"))).toHaveLength(REPORTS);
    expect(machines.find(({ machine_id }) => machine_id === "m-7")?.info.hostname).toBe("m-7");
    const history = await client.get("/api/fleet/history/m-7");
    expect(history.json()).toMatchObject({ history: [{ metrics: { cpu: { percent: 7 } } }] });
    const events = await client.get("/api/fleet/events?kind=key.changed");
    expect(events.json()).toMatchObject({
      events: [{ subject: idOf(newKey), details: { change: "everything is sealed with it" } }],
    });
    client.close();
  });
});
