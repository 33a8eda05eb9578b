import { spawn } from "node:child_process";
import { once } from "node:events";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { pathToFileURL } from "node:url";

import { ReportQueue } from "../../agent/src/queue/report-queue.js";
import { AgentProcess } from "../support/agent-process.js";
import { bodiesInQueue } from "../support/agent-state.js";
import { onCleanup } from "../support/cleanup.js";
import { projectRoot } from "../support/project-root.js";
import { ReportLedger } from "../support/report-ledger.js";
import { ReportReceiver } from "../support/report-receiver.js";
import { makeTempFolder } from "../support/temp-folder.js";
import { waitFor } from "../support/wait-for.js";

// Real processes on a busy machine: far more than the tests need.

const LIMITS = { maxBytes: 100e6, maxAgeMs: 24 * 3600_000 };
const QUEUE_MODULE = pathToFileURL(path.join(projectRoot, "agent/dist/queue/report-queue.js")).href;

// Says what it has appended ("+7") once it has, and what it is about to settle ("-7") before it does.
const WRITER = `
  import { writeSync } from "node:fs";
  const [folder, from] = process.argv.slice(1);
  const { ReportQueue } = await import(${JSON.stringify(QUEUE_MODULE)});
  const queue = new ReportQueue(folder, ${JSON.stringify(LIMITS)});
  for (let number = Number(from); ; number += 1) {
    const place = queue.append(Date.now(), JSON.stringify({ number, padding: "x".repeat((number * 977) % 9000) }));
    writeSync(1, "+" + number + " ");
    if (number % 7 === 0) queue.sync();
    if (number % 3 !== 0) continue;
    writeSync(1, "-" + number + " ");
    queue.settle([place]);
  }
`;

const numberIn = (body: string) => (JSON.parse(body) as { number: number }).number;
const metricsIn = (body: string) => (JSON.parse(body) as { metrics: { timestamp: string; sequence: number } }).metrics;

async function killedWriter(folder: string, from: number, afterMs: number): Promise<string> {
  const child = spawn(process.execPath, ["--input-type=module", "-e", WRITER, folder, String(from)], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  onCleanup(() => void child.kill("SIGKILL"));
  let said = "";
  child.stdout.setEncoding("utf8").on("data", (text: string) => (said += text));
  const closed = once(child, "close");
  await once(child.stdout, "data");
  await sleep(afterMs);
  child.kill("SIGKILL");
  await closed;
  return said;
}

function everything(queue: ReportQueue): number[] {
  const numbers: number[] = [];
  for (let found = queue.oldest(500, null); found.length > 0; found = queue.oldest(500, null)) {
    numbers.push(...found.map((one) => numberIn(one.body)));
    queue.settle(found.map((one) => one.place));
  }
  return numbers;
}

describe("a killed agent", () => {
  it("loses nothing from its queue, whenever it happens", async () => {
    const folder = path.join(makeTempFolder("kills"), "queue");
    const [appended, settled] = [new Set<number>(), new Set<number>()];
    let next = 1;
    for (let kill = 0; kill < 25; kill += 1) {
      const said = (await killedWriter(folder, next, Math.random() * 30)).split(" ");
      for (const one of said.filter((word) => word.startsWith("+"))) appended.add(Number(one.slice(1)));
      for (const one of said.filter((word) => word.startsWith("-"))) settled.add(Number(one.slice(1)));
      // One more may be there: appended, and killed before it was said.
      next = Math.max(...appended) + 2;
    }
    const found = everything(new ReportQueue(folder, LIMITS));
    expect(appended.size).toBeGreaterThan(100);
    expect(found).toEqual([...new Set(found)].sort((one, other) => one - other));
    expect([...appended].filter((number) => !settled.has(number) && !found.includes(number))).toEqual([]);
  });

  it("has in the end delivered every report, each as one and the same", async () => {
    const ledger = new ReportLedger();
    const server = await ReportReceiver.listen(ledger.answer);
    const stateDir = makeTempFolder("agent-state");
    const start = () =>
      AgentProcess.start(["--server", server.url, "--machine-id", "web-01", "--interval", "1"], {
        FLEET_AGENT_API_KEY: "k",
        FLEET_AGENT_STATE_DIR: stateDir,
      });
    onCleanup(() => AgentProcess.endAll());
    onCleanup(() => server.close());

    const seen = new Map<string, string>();
    const reports = () =>
      new Set([
        ...seen.keys(),
        ...ledger.timestamps,
        ...bodiesInQueue(stateDir).map((body) => metricsIn(body).timestamp),
      ]);
    for (let life = 0; life < 12; life += 1) {
      [ledger.away, ledger.mute, ledger.singleOnly] = [life % 4 === 1, life % 4 === 2, life % 3 === 0];
      const known = reports().size;
      const agent = start();
      await waitFor(() => reports().size > known, { what: "a report of this life", timeoutMs: 50_000 });
      await sleep(Math.random() * 2500);
      agent.signal("SIGKILL");
      await agent.ended;
      for (const body of bodiesInQueue(stateDir)) seen.set(metricsIn(body).timestamp, body);
    }

    [ledger.away, ledger.mute] = [false, false];
    const known = reports().size;
    start();
    await waitFor(() => reports().size > known, { what: "a report of the last life", timeoutMs: 50_000 });
    await ledger.has([...seen.keys()]);
    await waitFor(() => bodiesInQueue(stateDir).length === 0, { what: "an empty queue", timeoutMs: 50_000 });
    expect(ledger.conflicts).toEqual([]);
    for (const { timestamp, body } of ledger.taken) expect(seen.get(timestamp) ?? body).toBe(body);
    // By the order of their times every report follows the one before, or is the first of a life.
    const inOrder = [...ledger.taken].sort((one, other) => (one.timestamp < other.timestamp ? -1 : 1));
    let last = 0;
    for (const { body } of inOrder) {
      const { sequence } = metricsIn(body);
      expect([1, last + 1]).toContain(sequence);
      last = sequence;
    }
    expect(inOrder.filter(({ body }) => metricsIn(body).sequence === 1)).toHaveLength(13);
  });
});
