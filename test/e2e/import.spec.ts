import Database from "better-sqlite3";
import { writeFileSync } from "node:fs";
import path from "node:path";
import { FernetKey } from "../../src/crypto/fernet.js";
import { KeyRing } from "../../src/crypto/key-ring.js";
import { type RunningProcess, startProcess } from "../support/child-process.js";
import { type FleetNode, startFleetNode, testCredentials } from "../support/fleet-node.js";
import { HttpClient } from "../support/http-client.js";
import { newFernetKey } from "../support/keys.js";
import { projectRoot } from "../support/project-root.js";
import { makeTempFolder } from "../support/temp-folder.js";
import { waitFor } from "../support/wait-for.js";

const MACHINES = 40;
const SAMPLES_EACH = 100;
const predecessorKey = newFernetKey();

/** The time that clocks in Berlin show in winter. */
const inBerlin = (at: number) => new Date(at + 3_600_000).toISOString().slice(0, 23);

/** A database as the Python server left it, its last sample an hour before 12:00 on the 20th of January 2026. */
function makePredecessor(encrypted: boolean): string {
  const file = path.join(makeTempFolder("predecessor"), "fleet_data.sqlite3");
  const ring = new KeyRing([FernetKey.parse(predecessorKey)]);
  const seal = (value: unknown) => {
    const text = JSON.stringify(value);
    return encrypted ? ring.seal(text, ring.ids[0] ?? "") : text;
  };
  const suffix = encrypted ? "_encrypted" : "";
  const db = new Database(file);
  db.exec(`
    CREATE TABLE machines (machine_id TEXT PRIMARY KEY, info_json${suffix} TEXT, first_seen TEXT, last_seen TEXT,
      status TEXT, latest_metrics_json${suffix} TEXT);
    CREATE TABLE metrics_history (id INTEGER PRIMARY KEY, machine_id TEXT, timestamp TEXT, metrics_json${suffix} TEXT)`);
  const machine = db.prepare("INSERT INTO machines VALUES (?, ?, ?, ?, 'online', ?)");
  const sample = db.prepare(
    `INSERT INTO metrics_history (machine_id, timestamp, metrics_json${suffix}) VALUES (?, ?, ?)`,
  );
  db.transaction(() => {
    for (let index = 0; index < MACHINES; index++) {
      const id = `old-${index}`;
      const first = Date.parse("2026-01-20T10:00:00Z");
      const last = first + SAMPLES_EACH * 10_000;
      const latest = { timestamp: inBerlin(last), cpu: { percent: index } };
      machine.run(id, seal({ hostname: `host-${index}` }), inBerlin(first - 86_400_000), inBerlin(last), seal(latest));
      for (let nr = 0; nr < SAMPLES_EACH; nr++) {
        const metrics = { cpu: { percent: nr % 100 }, memory: { percent: index } };
        sample.run(id, inBerlin(first + nr * 10_000), seal(metrics));
      }
    }
    sample.run("old-0", "some time ago", seal({ cpu: { percent: 1 } }));
    sample.run("old-0", inBerlin(Date.parse("2026-01-20T09:00:00Z")), encrypted ? "gAAAAAdamaged" : "{damaged");
    sample.run("", inBerlin(Date.parse("2026-01-20T09:00:00Z")), seal({ cpu: { percent: 1 } }));
  })();
  db.close();
  return file;
}

function importInto(node: FleetNode, file: string, ...options: string[]): RunningProcess {
  const command = ["import", "--from", file, "--timezone", "Europe/Berlin", "--config", node.configFile, ...options];
  return startProcess(process.execPath, [path.join(projectRoot, "dist/main.js"), ...command]);
}

describe.each([
  ["readable", false],
  ["encrypted", true],
])("the import of a %s database of the earlier server", (_what, encrypted) => {
  const file = makePredecessor(encrypted);
  const options: string[] = [];
  let node: FleetNode;
  let operator: HttpClient;

  const sampleCount = () => {
    const db = new Database(databasePath, { readonly: true });
    const count = db.prepare<[], number>("SELECT count(*) FROM history_samples").pluck().get();
    db.close();
    return count ?? 0;
  };
  const databasePath = path.join(makeTempFolder("data"), "fleet.sqlite3");

  beforeAll(async () => {
    if (encrypted) {
      const keyFile = path.join(makeTempFolder("key"), "old.key");
      writeFileSync(keyFile, `${predecessorKey}\n`);
      options.push("--key-file", keyFile);
    }
    // So long that nothing imported is rolled up and removed while the test looks at it.
    node = await startFleetNode({
      config: {
        server: { db_path: databasePath, db_encryption_key: newFernetKey(), history_retention_days: 36_500 },
      },
    });
    operator = new HttpClient(node.url);
    await operator.login(testCredentials.username, testCredentials.password);
  });

  afterAll(async () => {
    operator.close();
    await node.stop();
  });

  it("brings every machine and sample over while the node serves, also in two goes", async () => {
    const killed = importInto(node, file, ...options);
    await waitFor(() => sampleCount() > 100, { what: "some samples to be imported" });
    killed.kill("SIGKILL");
    await killed.exited;

    const whole = importInto(node, file, ...options);
    expect([(await whole.exited).code, whole.output]).toEqual([
      0,
      expect.stringContaining(`Imported ${MACHINES} machines and ${MACHINES * SAMPLES_EACH} samples`),
    ]);
    expect(whole.output).toContain("Left out 1 rows: its time cannot be read.");
    expect(whole.output).toContain("Left out 1 rows: its machine id cannot be used.");
    expect(whole.output).toMatch(/Left out 1 rows: .+damaged/);
    // And the newest of each machine.
    expect(sampleCount()).toBe(MACHINES * (SAMPLES_EACH + 1));

    const again = importInto(node, file, ...options);
    expect((await again.exited).code).toBe(0);
    expect(sampleCount()).toBe(MACHINES * (SAMPLES_EACH + 1));
  });

  it("keeps what the machines were, and when", async () => {
    expect((await operator.get("/api/fleet/machine/old-7")).json()).toMatchObject({
      machine_id: "old-7",
      info: { hostname: "host-7" },
      status: "offline",
      first_seen: "2026-01-19T10:00:00.000Z",
      last_seen: "2026-01-20T10:16:40.000Z",
      latest_metrics: { cpu: { percent: 7 } },
    });
    const { history } = (
      await operator.get("/api/fleet/history/old-7?from=2026-01-20T10:00:00Z&to=2026-01-20T10:00:10Z")
    ).json() as { history: { timestamp: string; metrics: object }[] };
    expect(history).toEqual([
      { timestamp: "2026-01-20T10:00:00.000Z", metrics: { cpu: { percent: 0 }, memory: { percent: 7 } } },
      { timestamp: "2026-01-20T10:00:10.000Z", metrics: { cpu: { percent: 1 }, memory: { percent: 7 } } },
    ]);
  });

  it("says what is wrong with what it is given", async () => {
    const attempts: [string[], number, string][] = [
      [["--timezone", "Europe/Atlantis"], 78, "Europe/Atlantis is not a time zone"],
      [["--from", node.configFile], 1, "is not a database of the earlier server"],
      [["--key", "short"], 78, "is not a Fernet key"],
    ];
    for (const [given, code, words] of attempts) {
      const attempt = importInto(node, file, ...given);
      expect([(await attempt.exited).code, attempt.output]).toEqual([code, expect.stringContaining(words)]);
    }
    if (!encrypted) return;
    const withoutKey = importInto(node, file);
    expect((await withoutKey.exited).code).toBe(1);
    expect(withoutKey.output).toContain("this database is encrypted; give its key in a file");
    const withOtherKey = importInto(node, file, "--key", newFernetKey());
    expect((await withOtherKey.exited).code).toBe(1);
    expect(withOtherKey.output).toContain("this key opens nothing of the database");
  });
});
