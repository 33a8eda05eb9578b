// Shows that a report costs the same whatever is stored: commits batches on an empty database and on one that holds a
// million samples, in turns, and prints the ratio. Build first: npm run build && node bench/report-cost.mjs
import { Logger } from "@nestjs/common";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { FernetKey } from "../dist/crypto/fernet.js";
import { DocumentCipher } from "../dist/database/document-cipher.js";
import { openDatabase } from "../dist/database/open-database.js";
import { SqliteFleetStore } from "../dist/fleet/store/sqlite/sqlite-fleet-store.js";

const MACHINES = 1_000;
const SAMPLES_EACH = 1_000;
const BATCH = 100;
const BATCHES = 60;
const ROUNDS = 5;

const folder = mkdtempSync(join(tmpdir(), "fleet-bench-"));
const keys = [FernetKey.generate()];
const info = JSON.stringify({
  hostname: "bench",
  disks: Array.from({ length: 4 }, (_, i) => ({ device: `/dev/sd${i}` })),
});
const start = Date.now() - 6 * 86_400_000;

function report(machine, at) {
  const metrics = JSON.stringify({
    timestamp: new Date(at).toISOString(),
    cpu: { percent: 10, load_avg: [0.1, 0.2, 0.3] },
    memory: { percent: 20 },
    top: Array.from({ length: 20 }, (_, i) => ({ pid: i, name: `process ${i}` })),
  });
  return {
    machineId: `machine-${machine}`,
    arrivedAt: at,
    sampledAt: at,
    repeatHash: null,
    encrypted: true,
    info,
    infoHash: "unchanged",
    hostname: null,
    hostnameHash: "h",
    serialHash: `s${machine}`,
    metrics,
    figures: { cpu: 10, memory: 20, disk: 30, load1: 0.1, bytesSent: at, bytesReceived: at, processes: 100 },
  };
}

async function open(name) {
  const path = join(folder, name);
  await (await openDatabase(path, [], new DocumentCipher(keys), new Logger("bench"))).destroy();
  return new SqliteFleetStore({ path, keys, detailIntervalMs: 60_000, repeatWindowMs: 15_000 });
}

async function fill(store, machines, samplesEach) {
  for (let sample = 0; sample < samplesEach; sample++) {
    const at = start + sample * 10_000;
    await store.commit(Array.from({ length: machines }, (_, machine) => report(machine, at)));
    if (sample % 50 === 0) process.stderr.write(`\rfilling: ${Math.round((100 * sample) / samplesEach)} %`);
  }
  process.stderr.write("\r                 \r");
}

async function rate(store, round) {
  const startedAt = performance.now();
  for (let batch = 0; batch < BATCHES; batch++) {
    const at = start + 5 * 86_400_000 + (round * BATCHES + batch) * 10_000;
    const first = (batch * BATCH) % MACHINES;
    await store.commit(Array.from({ length: BATCH }, (_, index) => report((first + index) % MACHINES, at + index)));
  }
  return (BATCH * BATCHES * 1000) / (performance.now() - startedAt);
}

const median = (values) => values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)];
const [empty, full] = [await open("empty.sqlite3"), await open("full.sqlite3")];
await fill(empty, MACHINES, 1);
await fill(full, MACHINES, SAMPLES_EACH);
const rates = { empty: [], full: [] };
for (let round = 0; round < ROUNDS; round++) {
  rates.empty.push(await rate(empty, round));
  rates.full.push(await rate(full, round));
}
const [a, b] = [median(rates.empty), median(rates.full)];
console.log(`reports/s, batches of ${BATCH}, encrypted at rest, durable, median of ${ROUNDS} rounds`);
console.log(`  nothing stored      ${Math.round(a)}`);
console.log(`  1,000,000 samples   ${Math.round(b)}`);
console.log(`  ratio               ${(b / a).toFixed(2)}`);
await Promise.all([empty.close(), full.close()]);
rmSync(folder, { recursive: true });
