import { createDecipheriv, randomBytes } from "node:crypto";
import { readdirSync, statSync } from "node:fs";
import path from "node:path";

import { AgentProcess } from "../support/agent-process.js";
import { bodiesInQueue, leaveReports } from "../support/agent-state.js";
import { ReportLedger } from "../support/report-ledger.js";
import { ReportReceiver } from "../support/report-receiver.js";
import { makeTempFolder } from "../support/temp-folder.js";
import { waitFor } from "../support/wait-for.js";

const receivers: ReportReceiver[] = [];
let ledger: ReportLedger;
let server: ReportReceiver;
let stateDir: string;

function start(...args: string[]): AgentProcess {
  const env = { FLEET_AGENT_API_KEY: "k", FLEET_AGENT_INTERVAL: "1", FLEET_AGENT_STATE_DIR: stateDir };
  return AgentProcess.start(["--server", server.url, "--machine-id", "web-01", ...args], env);
}

const timestampOf = (body: string) => (JSON.parse(body) as { metrics: { timestamp: string } }).metrics.timestamp;
const queued = (count: number) =>
  waitFor(() => bodiesInQueue(stateDir).length >= count && bodiesInQueue(stateDir), {
    what: `${count} reports in the queue`,
    timeoutMs: 50_000,
  });
const emptyQueue = () =>
  waitFor(() => bodiesInQueue(stateDir).length === 0, { what: "an empty queue", timeoutMs: 50_000 });

beforeEach(async () => {
  stateDir = makeTempFolder("agent-state");
  ledger = new ReportLedger();
  server = await ReportReceiver.listen(ledger.answer);
  receivers.push(server);
});

afterEach(async () => {
  await AgentProcess.endAll();
  await Promise.all(receivers.splice(0).map((one) => one.close()));
});

describe("the agent's backlog", () => {
  it("arrives whole and in order when the server is back, behind the newest report", async () => {
    await server.close();
    const agent = start();
    const kept = (await queued(4)).map(timestampOf);
    await server.reopen();
    await ledger.has(kept);
    await emptyQueue();
    // The newest may be the last of those kept, or one that came while the server was on its way back.
    const [first, ...others] = ledger.timestamps;
    expect(String(first) >= String(kept[3])).toBe(true);
    expect(others.filter((one) => kept.includes(one))).toEqual(kept.filter((one) => one !== first));
    expect([ledger.repeats, ledger.conflicts]).toEqual([0, []]);
    await agent.logged(/INFO delivery restored by .* waiting: [1-9]/);
    await agent.logged(/INFO kept reports sent: [1-9]\d* in \d+ s, waiting: \d/);
    expect(agent.log.match(/delivery lost/g)).toHaveLength(1);
  });

  it("goes in compressed batches of growing size, while new reports arrive in time", async () => {
    const kept = leaveReports(stateDir, "web-01", 200);
    const agent = start();
    await agent.logged(/INFO reports kept from before, waiting in .*: 200$/m);
    await ledger.has(kept);
    expect(ledger.batches.slice(0, 3)).toEqual([25, 50, 100]);
    const batch = server.received.find((request) => request.url === "/api/fleet/reports");
    expect(batch?.headers).toMatchObject({
      "content-type": "application/x-ndjson",
      "content-encoding": "gzip",
      "x-api-key": "k",
    });
    expect(ledger.timestamps.filter((one) => kept.includes(one))).toEqual(kept);
    const live = ledger.timestamps.filter((one) => !kept.includes(one));
    expect(ledger.timestamps[0]).toBe(live[0]);
    expect(live.length).toBeGreaterThan(3);
  });

  it("goes one by one to a server that knows no batches", async () => {
    ledger.singleOnly = true;
    const kept = leaveReports(stateDir, "web-01", 40);
    start();
    await ledger.has(kept);
    await emptyQueue();
    expect(server.received.filter((request) => request.url === "/api/fleet/reports")).toHaveLength(1);
    expect([ledger.repeats, ledger.conflicts]).toEqual([0, []]);
  });

  it("goes in smaller batches to a server that finds them too large", async () => {
    ledger.largestBatch = 10;
    const kept = leaveReports(stateDir, "web-01", 30);
    const agent = start();
    await ledger.has(kept);
    expect(ledger.batches[0]).toBe(6);
    expect(Math.max(...ledger.batches)).toBeLessThanOrEqual(10);
    expect([ledger.repeats, ledger.conflicts]).toEqual([0, []]);
    await agent.logged(/WARN kept reports have to wait: .*413 "Too large"/);
  });

  it.each([false, true])("is not held up by reports that are refused (one by one: %s)", async (singleOnly) => {
    ledger.singleOnly = singleOnly;
    const kept = leaveReports(stateDir, "web-01", 30);
    const refused = new Set([kept[0], kept[1], kept[15]]);
    ledger.refuses = (timestamp) => refused.has(timestamp);
    const agent = start();
    await ledger.has(kept.filter((one) => !refused.has(one)));
    await emptyQueue();
    await agent.logged(/WARN kept reports refused and dropped: \d, last by .*Not this one/);
    await agent.logged(/INFO kept reports sent: 27 /);
  });

  it("is repeated unchanged when the answer did not come, in ever smaller batches", async () => {
    const kept = leaveReports(stateDir, "web-01", 60);
    ledger.cutsBatches = true;
    start();
    await waitFor(() => ledger.batches.includes(6), { what: "a third of ever smaller batches", timeoutMs: 50_000 });
    ledger.cutsBatches = false;
    await ledger.has(kept);
    // A connection that is cut when it is used again costs a second try at once, of the same size.
    const sizes = ledger.batches.filter((size, index, all) => size !== all[index - 1]);
    expect(sizes.slice(0, 3)).toEqual([25, 12, 6]);
    expect(ledger.repeats).toBeGreaterThanOrEqual(25);
    expect(ledger.conflicts).toEqual([]);
  });

  it("keeps its cadence while a server leaves it without an answer", async () => {
    ledger.mute = true;
    const agent = start();
    const times = (await queued(6)).map((body) => Date.parse(timestampOf(body)));
    await agent.logged(/no answer within 5 s/);
    expect(Number(times[5]) - Number(times[0])).toBeLessThan(9000);
  });

  it("lies sealed on disk where reports are encrypted, and is private", async () => {
    await server.close();
    const key = randomBytes(32);
    start("--encryption-key", key.toString("base64"));
    const [body = ""] = await queued(1);
    const envelope = JSON.parse(body) as Record<string, string>;
    expect(Object.keys(envelope).sort()).toEqual(["ciphertext", "encrypted", "nonce", "version"]);
    const sealed = Buffer.from(envelope.ciphertext ?? "", "base64");
    const decipher = createDecipheriv("aes-256-gcm", key, Buffer.from(envelope.nonce ?? "", "base64"));
    decipher.setAuthTag(sealed.subarray(-16));
    const plain = Buffer.concat([decipher.update(sealed.subarray(0, -16)), decipher.final()]).toString();
    expect(JSON.parse(plain)).toMatchObject({ machine_id: "web-01" });
    const folder = path.join(stateDir, "queue");
    expect(statSync(folder).mode & 0o777).toBe(0o700);
    for (const file of readdirSync(folder)) expect(statSync(path.join(folder, file)).mode & 0o777).toBe(0o600);
  });

  it("drops its oldest reports when it is full, and says so", async () => {
    const kept = leaveReports(stateDir, "web-01", 2000);
    const agent = start("--queue-size", "1");
    await agent.logged(/WARN oldest reports dropped, the queue is full: \d+/);
    const dropped = Number(/the queue is full: (\d+)/.exec(agent.log)?.[1]);
    expect(dropped).toBeGreaterThan(200);
    expect(bodiesInQueue(stateDir).map(timestampOf)).toEqual(expect.arrayContaining(kept.slice(dropped + 200)));
    expect(bodiesInQueue(stateDir).map(timestampOf)).not.toContain(kept[0]);
  });

  it("is sent by --once, too, which keeps what it could not deliver", async () => {
    ledger.away = true;
    expect(await start("--once").ended).toMatchObject({ code: 1 });
    const [kept = ""] = bodiesInQueue(stateDir).map(timestampOf);
    ledger.away = false;
    expect(await start("--once").ended).toMatchObject({ code: 0 });
    expect(ledger.timestamps).toHaveLength(2);
    expect(ledger.timestamps[1]).toBe(kept);
  });

  it("belongs to one agent at a time, and to the next as soon as that one is dead", async () => {
    await server.close();
    const first = start();
    await queued(1);
    const second = start();
    await second.logged(/WARN reports that cannot be delivered are not kept: another agent uses /);
    first.signal("SIGKILL");
    await first.ended;
    const third = start();
    await third.logged(/INFO reports kept from before, waiting in .*: [1-9]/);
  });
});
