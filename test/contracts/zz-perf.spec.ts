import { startPostgres } from "../support/postgres-server.js";
import { AlertStage } from "./alert-stage.js";
import { postgresDatabase, sqliteDatabase } from "./fleet-databases.js";

it.each(["sqlite", "postgres"])("perf %s", async (name) => {
  const database = name === "sqlite" ? await sqliteDatabase() : await postgresDatabase(await startPostgres());
  const stage = await AlertStage.open(database, { "alerts.grace": 0 });
  const ids = Array.from({ length: 100_000 }, (_, i) => `m-${i}`);
  let t = performance.now();
  const hot = { figures: { cpu: 97, memory: 20, disk: 30, load1: null, bytesSent: null, bytesReceived: null, processes: null } };
  await stage.report(ids);
  await stage.report(ids.slice(0, 500), { ...hot, sampledAt: stage.now + 1, arrivedAt: stage.now + 1 });
  process.stderr.write(`${name} load ${Math.round(performance.now() - t)} ms\n`);
  for (let i = 0; i < 4; i++) {
    t = performance.now();
    await stage.look();
    process.stderr.write(`${name} look ${Math.round(performance.now() - t)} ms\n`);
    stage.pass(10);
  }
  stage.pass(25);
  for (let i = 0; i < 5; i++) {
    stage.pass(20);
    t = performance.now();
    await stage.look();
    const page = await stage.incidents();
    process.stderr.write(`${name} lost look ${Math.round(performance.now() - t)} ms ${page.open_count} ${page.incidents[0]?.summary ?? ""}\n`);
  }
}, 300_000);
