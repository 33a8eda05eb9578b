import Database from "better-sqlite3";
import path from "node:path";
import type { DataSource } from "typeorm";
import { loadConfig } from "../../src/config/load-config.js";
import { FernetKey } from "../../src/crypto/fernet.js";
import { KeyRing } from "../../src/crypto/key-ring.js";
import { DatabaseSecrets } from "../../src/database/database-secrets.js";
import { DocumentCipher } from "../../src/database/document-cipher.js";
import { Setting } from "../../src/database/setting.entity.js";
import { FleetHashes } from "../../src/fleet/fleet-hashes.js";
import { importFleet } from "../../src/fleet/import/import-fleet.js";
import { ImportMark } from "../../src/fleet/import/import-mark.js";
import { PredecessorDatabase } from "../../src/fleet/import/predecessor-database.js";
import { ZonedTime } from "../../src/fleet/import/zoned-time.js";
import { InfoReader } from "../../src/fleet/ingest/info-reader.js";
import type { FleetStore } from "../../src/fleet/store/fleet-store.js";
import { openFleetStore } from "../../src/fleet/store/fleet-store.provider.js";
import { type PostgresServer, startPostgres } from "../support/postgres-server.js";
import { makeTempFolder } from "../support/temp-folder.js";
import { postgresDatabase, sqliteDatabase } from "./fleet-databases.js";

const INSERT = "INSERT INTO metrics_history VALUES (?, ?, ?)";
/** Made with Python's cryptography, under the key of the Fernet specification. */
const pythonKey = "cw_0x689RpI-jtRR7oE8h_eQsKImvJapLeSbXpwF4e4=";
const METRICS_TOKEN =
  "gAAAAABpb0WgC3kMvHYWK8nH4G84f8mKCYHCUuSVwD7NhM6lxQkY_Fv7KiJOlm3v8e0_zN8JPF0db1acqD3R_8f4ZAQj847USthyCBN0KgEN901yspA-264tdegSU59LnmUZIviooX7k";
const INFO_TOKEN =
  "gAAAAABpb0Wgg2Lu0UziCTD5P3S3e0ap3HdOpmAYLeEDtsUxt2_AZ_RhuOMxsh0zly21NoNyIv1kop41pdjmp_wQE4HALkUQXCXshY1KxheGUIWKu32H205B8nHiN36Azj8qDxsFiuKn";

let server: PostgresServer;

beforeAll(async () => {
  server = await startPostgres();
});

/** An empty database of the Python server. */
function makePredecessor(suffix = ""): { file: string; db: Database.Database } {
  const file = path.join(makeTempFolder("predecessor"), "fleet_data.sqlite3");
  const db = new Database(file);
  db.exec(`
    CREATE TABLE machines (machine_id TEXT PRIMARY KEY, info_json${suffix} TEXT, first_seen TEXT, last_seen TEXT,
      status TEXT, latest_metrics_json${suffix} TEXT);
    CREATE TABLE metrics_history (machine_id TEXT, timestamp TEXT, metrics_json${suffix} TEXT)`);
  return { file, db };
}

describe.each([
  ["SQLite", () => sqliteDatabase()],
  ["PostgreSQL", () => postgresDatabase(server)],
])("the import into %s", (_name, makeDatabase) => {
  let dataSource: DataSource;
  let store: FleetStore;
  let config: ReturnType<typeof loadConfig>;
  let batches: number;

  beforeEach(async () => {
    const database = await makeDatabase();
    const { options } = database;
    dataSource = await database.open([Setting]);
    const place =
      options.type === "postgres"
        ? { FLEET_SERVER__DB_BACKEND: "postgresql", FLEET_SERVER__DB_URL: options.url }
        : { FLEET_SERVER__DB_PATH: String(options.database) };
    const env = { FLEET_SERVER__API_KEY: "an-api-key", FLEET_SERVER__WEB_PASSWORD: "a password", ...place };
    config = loadConfig({ file: undefined, env });
    store = openFleetStore(config, new DocumentCipher([]));
  });

  afterEach(() => store.close());

  /** Ends as a process that is killed does, after so many batches. */
  async function importFrom(file: string, { key, dieAfter = Infinity }: { key?: string; dieAfter?: number } = {}) {
    const cipher = new DocumentCipher([]);
    const settings = dataSource.getRepository(Setting);
    const hashes = new FleetHashes(await DatabaseSecrets.load(settings, cipher, { alone: false }));
    const from = new PredecessorDatabase(file, key === undefined ? undefined : new KeyRing([FernetKey.parse(key)]));
    batches = 0;
    try {
      return await importFleet({
        from,
        into: store,
        infos: new InfoReader(config.machines, cipher, hashes),
        hashes,
        time: new ZonedTime("Europe/Berlin"),
        mark: new ImportMark(settings, [from.origin, "Europe/Berlin"]),
        onProgress: () => {
          if (++batches > dieAfter) throw new Killed();
        },
      });
    } finally {
      from.close();
    }
  }

  const samplesOf = async (machineId: string) =>
    (await store.history.samples(machineId, { from: 0, to: Date.now(), limit: 5_000 })) ?? [];

  it("reads what Python sealed, and numbers that JSON does not know as none", async () => {
    const { file, db } = makePredecessor("_encrypted");
    const at = "2026-01-20T10:00:00.500000";
    db.prepare("INSERT INTO machines VALUES ('web-1', ?, ?, ?, 'online', ?)").run(INFO_TOKEN, at, at, METRICS_TOKEN);
    db.prepare(INSERT).run("web-1", at, METRICS_TOKEN);
    db.close();
    const { machines, samples, skipped } = await importFrom(file, { key: pythonKey });
    expect([machines, samples, [...skipped]]).toEqual([1, 1, []]);
    const machine = await store.machine("web-1", "");
    expect(machine).toMatchObject({ firstSeen: Date.parse("2026-01-20T09:00:00.500Z") });
    expect(JSON.parse(machine?.info ?? "")).toEqual({ hostname: "from-python", os: "Linux" });
    expect(JSON.parse(machine?.metrics ?? "")).toEqual({ cpu: { percent: 42.5 }, temperature: null });
    expect(await samplesOf("web-1")).toMatchObject([
      { at: Date.parse("2026-01-20T09:00:00.500Z"), figures: { cpu: 42.5 } },
    ]);
  });

  it("keeps both hours of the night on which the clock was put back, also of samples that are years old", async () => {
    const { file, db } = makePredecessor();
    const shown = ["01:30", "02:00", "02:30", "02:00", "02:30", "03:00"];
    for (const time of shown) db.prepare(INSERT).run("web-1", `2024-10-27T${time}:00`, '{"cpu":{"percent":1}}');
    db.close();
    await importFrom(file);
    expect((await samplesOf("web-1")).map(({ at }) => new Date(at).toISOString().slice(11, 16))).toEqual([
      "23:30",
      "00:00",
      "00:30",
      "01:00",
      "01:30",
      "02:00",
    ]);
  });

  it("goes on near where it was broken off, and counts as if it had not been", async () => {
    const { file, db } = makePredecessor();
    const insert = db.prepare(INSERT);
    const first = Date.parse("2026-01-20T10:00:00Z");
    db.transaction(() => {
      for (let nr = 0; nr < 4_000; nr++) {
        insert.run(`m-${nr % 4}`, new Date(first + nr * 1_000).toISOString().slice(0, 19), '{"cpu":{"percent":1}}');
      }
      insert.run("m-0", "some time ago", "{}");
    })();
    db.close();
    await expect(importFrom(file, { dieAfter: 14 })).rejects.toThrow(Killed);
    const { samples, skipped } = await importFrom(file);
    expect([samples, [...skipped]]).toEqual([4_000, [["its time cannot be read", 1]]]);
    // Machines, then six of the 16 batches, ten of which were marked as done, then what is left.
    expect(batches).toBe(1 + 6 + 1);
    for (const id of ["m-0", "m-1", "m-2", "m-3"]) expect(await samplesOf(id)).toHaveLength(1_000);
    expect(await dataSource.getRepository(Setting).findBy({})).toEqual(
      expect.not.arrayContaining([expect.objectContaining({ name: expect.stringMatching(/^import:/) as string })]),
    );
  });
});

class Killed extends Error {}
