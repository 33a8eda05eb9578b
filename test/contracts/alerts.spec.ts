import type { ClusterFacts } from "../../src/cluster/cluster-health-check.js";
import { HttpSink } from "../support/http-sink.js";
import { MailSink } from "../support/mail-sink.js";
import { type PostgresServer, startPostgres } from "../support/postgres-server.js";
import { LogLines } from "../unit/cluster/log-lines.js";
import { AlertStage } from "./alert-stage.js";
import { postgresDatabase, sqliteDatabase } from "./fleet-databases.js";

let server: PostgresServer;
let log: LogLines;

beforeAll(async () => {
  server = await startPostgres();
});

beforeEach(() => {
  log = new LogLines();
});

const ids = (count: number, prefix = "m") => Array.from({ length: count }, (_, index) => `${prefix}-${index}`);
const hot = {
  figures: { cpu: 97, memory: 20, disk: 30, load1: null, bytesSent: null, bytesReceived: null, processes: null },
};

describe.each([
  ["SQLite", () => sqliteDatabase()],
  ["PostgreSQL", () => postgresDatabase(server)],
])("alerts on %s", (_name, makeDatabase) => {
  const stages: AlertStage[] = [];
  const open = async (settings: Record<string, unknown> = {}) => {
    const stage = await AlertStage.open(await makeDatabase(), settings);
    stages.push(stage);
    return stage;
  };
  afterEach(async () => {
    for (const stage of stages.splice(0)) await stage.close();
  });
  const brief = async (stage: AlertStage, query: Record<string, string> = {}) =>
    (await stage.incidents(query)).incidents.map(({ kind, subject, count, closed_at }) => [
      kind,
      kind === "mass_offline" ? count : subject,
      closed_at === null ? "open" : "closed",
    ]);

  it("call a machine offline once, and only after its time and the grace of a first start", async () => {
    const stage = await open({ "alerts.grace": 60 });
    await stage.report(["a", "b"]);
    await stage.look();
    await stage.watch(110, ["b"]);
    expect(await brief(stage)).toEqual([]);
    await stage.watch(20, ["b"]);
    expect(await brief(stage)).toEqual([["machine_offline", "a", "open"]]);
    const [incident] = (await stage.incidents()).incidents;
    expect(incident).toMatchObject({ summary: "a has not reported for 2 minutes.", value: 120, threshold: 120 });
    await stage.watch(30, ["a", "b"]);
    expect(await brief(stage)).toEqual([["machine_offline", "a", "closed"]]);
    // Nothing was lost while somebody else took over: the next loss is one, too.
    await stage.watch(140, ["b"]);
    expect(await brief(stage, { state: "open" })).toEqual([["machine_offline", "a", "open"]]);
  });

  it("call nobody offline after the service was away, until the grace is over", async () => {
    const stage = await open({ "alerts.grace": 60, "alerts.mass_loss.at_least": 4 });
    const all = ids(6);
    await stage.report(all);
    await stage.look();
    await stage.watch(70, all);
    stage.pass(3600);
    await stage.look();
    await stage.watch(50, ["m-5"]);
    expect(await brief(stage)).toEqual([]);
    // What is missing still is one loss, since all were there when the service went away.
    await stage.watch(20, ["m-5"]);
    expect(await brief(stage)).toEqual([["mass_offline", 5, "open"]]);
  });

  it("make one incident of a mass loss, and single ones of what is missing when most are back", async () => {
    const stage = await open({ "alerts.grace": 0 });
    const [rack, others] = [ids(20, "rack"), ids(5, "other")];
    for (let round = 0; round < 4; round++) {
      // As agents do: not all at the same time.
      for (const [index, id] of rack.entries()) if (index % 4 === round) await stage.report([id]);
      await stage.report(others);
      stage.pass(10);
      await stage.look();
    }
    await stage.watch(150, others);
    expect(await brief(stage)).toEqual([["mass_offline", 20, "open"]]);
    await stage.watch(20, [...others, ...rack.slice(2, 8)]);
    expect((await stage.incidents()).incidents).toMatchObject([{ count: 20, missing: 14, closed_at: null }]);
    await stage.watch(20, [...others, ...rack.slice(2)]);
    expect((await brief(stage)).toSorted()).toEqual([
      ["machine_offline", "rack-0", "open"],
      ["machine_offline", "rack-1", "open"],
      ["mass_offline", 20, "closed"],
    ]);
    await stage.watch(60, others.concat(rack));
    expect(await brief(stage, { state: "open" })).toEqual([]);
  });

  it("take into a mass loss what is lost soon after, and tell of what is lost later by itself", async () => {
    const stage = await open({ "alerts.grace": 0 });
    const [rack, near, later] = [ids(12, "rack"), ids(3, "near"), ids(4, "later")];
    await stage.report([...rack, ...near, ...later]);
    await stage.look();
    await stage.watch(60, [...near, ...later]);
    await stage.watch(60, later);
    expect(await brief(stage)).toEqual([["mass_offline", 12, "open"]]);
    await stage.watch(70, later);
    const [loss] = (await stage.incidents()).incidents;
    expect(loss).toMatchObject({ count: 15, subject_name: "15 machines" });
    expect(loss?.summary).toMatch(/^15 machines stopped reporting within 60 seconds/);
    // Each stops within the window of the one before.
    for (let gone = 1; gone <= later.length; gone++) await stage.watch(100, later.slice(gone));
    await stage.watch(100);
    expect((await brief(stage)).toSorted()).toEqual([
      ...later.map((id) => ["machine_offline", id, "open"]),
      ["mass_offline", 15, "open"],
    ]);
  });

  it("count in a mass loss only machines that are called offline at all", async () => {
    const stage = await open({ "alerts.grace": 0, "alerts.overrides": [{ tag: "laptop", machine_offline: "off" }] });
    await stage.report(ids(20, "laptop"), { info: JSON.stringify({ tags: ["Laptop"] }) });
    await stage.report(ids(10, "server"));
    await stage.look();
    await stage.watch(130);
    const [loss] = (await stage.incidents()).incidents;
    expect(loss).toMatchObject({ count: 10, missing: 10 });
    expect(loss?.summary).toMatch(/^10 machines stopped reporting/);
    const { missing_machines } = await (await stage.incidents()).find(loss?.id ?? "");
    expect(missing_machines.toSorted()).toEqual(ids(10, "server"));
    await stage.watch(10, ids(10, "server"));
    expect(await brief(stage)).toEqual([["mass_offline", 10, "closed"]]);
  });

  it("tell at once of a loss behind thousands that may be silent for longer, and of those at their time", async () => {
    const stage = await open({
      "alerts.grace": 0,
      "alerts.overrides": [{ tag: "slow", machine_offline: { after: 600 } }],
    });
    const slow = ids(2100, "slow");
    const plain = ids(2, "plain");
    await stage.report(slow, { info: JSON.stringify({ tags: ["slow"] }) });
    stage.pass(1);
    await stage.report(plain);
    await stage.look();
    const wait = async (seconds: number) => {
      for (let passed = 0; passed < seconds; passed += 25) {
        stage.pass(25);
        await stage.report(["plain-0"]);
        await stage.look();
      }
    };
    await wait(150);
    expect(await brief(stage)).toEqual([["machine_offline", "plain-1", "open"]]);
    // Neither do they count in another one's mass loss.
    const rack = ids(10, "rack");
    await stage.report([...rack, "slow-0"]);
    await wait(150);
    expect((await brief(stage)).slice(0, 1)).toEqual([["mass_offline", 10, "open"]]);
    await wait(325);
    const losses = async () => (await stage.incidents({ kind: "mass_offline" })).incidents;
    const both = [
      { count: 2099, missing: 2099 },
      { count: 10, missing: 10 },
    ];
    expect(await losses()).toMatchObject(both);
    await wait(150);
    expect(await losses()).toMatchObject(both);
  });

  it("see a busy processor behind a thousand full disks", async () => {
    const stage = await open({ "alerts.cpu.for": 0, "alerts.disk.for": 0 });
    await stage.report(ids(1001), { figures: { ...hot.figures, cpu: 10, disk: 99 } });
    await stage.report(["busy"], hot);
    await stage.look();
    expect(await brief(stage, { kind: "cpu" })).toEqual([["cpu", "busy", "open"]]);
  });

  it("see a busy processor behind a thousand that may be busier", async () => {
    const stage = await open({ "alerts.cpu.for": 0, "alerts.overrides": [{ tag: "batch", cpu: "off" }] });
    const info = JSON.stringify({ tags: ["batch"] });
    await stage.report(ids(1001), { info, figures: { ...hot.figures, cpu: 100 } });
    await stage.report(["busy"], hot);
    await stage.look();
    expect(await brief(stage)).toEqual([["cpu", "busy", "open"]]);
  });

  it("go on with a wait that another evaluator began, and begin anew after an absence", async () => {
    const stage = await open({ "alerts.cpu.for": 60 });
    await stage.report(["a"], hot);
    await stage.look();
    await stage.watch(50, ["a"], hot);
    expect(await brief(stage)).toEqual([]);
    stage.pass(600);
    await stage.report(["a"], hot);
    await stage.look();
    await stage.watch(50, ["a"], hot);
    expect(await brief(stage)).toEqual([]);
    await stage.watch(10, ["a"], hot);
    expect(await brief(stage)).toEqual([["cpu", "a", "open"]]);
    // Whether it is better nobody knows while it is silent.
    await stage.watch(70);
    expect(await brief(stage, { kind: "cpu" })).toEqual([["cpu", "a", "open"]]);
    await stage.store.remove("a");
    await stage.look();
    expect(await brief(stage)).toEqual([["cpu", "a", "closed"]]);
  });

  it("follow a machine's tags, and close what a rule no longer covers", async () => {
    const stage = await open({
      "alerts.grace": 0,
      "alerts.overrides": [
        { tag: "batch", machine_offline: { after: 300 } },
        { tag: "lab", machine_offline: "off" },
      ],
    });
    const tagged = (tag: string) => ({ info: JSON.stringify({ tags: [tag] }) });
    await stage.report(["plain"]);
    await stage.report(["batch"], tagged("Batch"));
    await stage.report(["lab"], tagged("lab"));
    await stage.look();
    await stage.watch(130);
    expect(await brief(stage)).toEqual([["machine_offline", "plain", "open"]]);
    await stage.watch(180);
    expect(await brief(stage)).toEqual([
      ["machine_offline", "batch", "open"],
      ["machine_offline", "plain", "open"],
    ]);
  });

  it("write nothing under a lease that another node has taken over", async () => {
    const stage = await open({ "alerts.cpu.for": 0 });
    await stage.report(["a"], hot);
    const stale = await stage.acquire("alert-evaluation");
    await stale.release({ finished: false });
    await stage.look();
    expect(await brief(stage)).toEqual([["cpu", "a", "open"]]);
    await stage.report(["a"]);
    await expect(stage.evaluation().run(stale)).rejects.toMatchObject({ code: "LEASE_LOST" });
    expect(await brief(stage)).toEqual([["cpu", "a", "open"]]);
  });

  it("judge nodes and certificates, but not through eyes that see nothing", async () => {
    const stage = await open();
    const day = 86_400_000;
    // A machine that is called like a node lends it nothing.
    await stage.report(["n"], { info: JSON.stringify({ hostname: "machine-n" }) });
    const node = { node_id: "n", certificate_expires_at: null, config_mismatch: [] as string[] };
    const healthOf = (connected: boolean, nodes: unknown[]) => ({
      facts: () => ({ nodes, backend: { connected }, lastSync: "now" }) as unknown as ClusterFacts,
    });
    const expiring = { ...node, node_id: "o", certificate_expires_at: new Date(stage.now + 9.5 * day).toISOString() };
    await stage.look(
      healthOf(true, [
        { ...node, status: "inactive" },
        { ...expiring, status: "active" },
      ]),
    );
    const expected = [
      ["certificate", "o", "open"],
      ["node_inactive", "n", "open"],
    ];
    expect((await brief(stage)).toSorted()).toEqual(expected);
    await stage.look(healthOf(false, []));
    await stage.look(
      healthOf(true, [
        { ...node, status: "unknown" },
        { ...expiring, status: "unknown" },
      ]),
    );
    expect((await brief(stage)).toSorted()).toEqual(expected);
    expect((await stage.incidents({ kind: "node_inactive" })).incidents).toMatchObject([{ subject_name: "n" }]);
    const [certificate] = (await stage.incidents({ kind: "certificate" })).incidents;
    expect(certificate?.summary).toMatch(/^The certificate of the node o ends in 9 days, on \d{4}-\d\d-\d\d\.$/);
    await stage.look(healthOf(true, [{ ...node, status: "active" }]));
    expect(await brief(stage, { state: "open" })).toEqual([]);
  });

  it("deliver in order, again and again, and give up after a day", async () => {
    const sink = await HttpSink.start();
    const receiver = { name: "hook", type: "webhook", secret: "sixteen characters" };
    const stage = await open({
      "alerts.cpu.for": 0,
      "alerts.receivers": [
        { ...receiver, url: `${sink.url}/broken` },
        { ...receiver, name: "quiet", url: `${sink.url}/quiet`, min_severity: "critical" },
      ],
    });
    await stage.report(["a"], hot);
    await stage.look();
    stage.pass(10);
    await stage.report(["a"]);
    await stage.look();
    const [incident] = (await stage.incidents()).incidents;
    const states = async () =>
      (await (await stage.incidents()).find(incident?.id ?? "")).notifications.map(
        ({ receiver: name, what, attempts, failed_at, last_error }) => [
          name,
          what,
          attempts,
          failed_at !== null,
          last_error,
        ],
      );
    await stage.deliver();
    await stage.deliver();
    const error = `${new URL(sink.url).host} answered 500`;
    expect(await states()).toEqual([
      ["hook", "opened", 1, false, error],
      ["hook", "closed", 0, false, null],
    ]);
    stage.pass(24 * 3600);
    await stage.deliver();
    expect(await states()).toEqual([
      ["hook", "opened", 2, true, error],
      ["hook", "closed", 1, true, error],
    ]);
    const keys = sink.requests.map(({ headers, path }) => [path, headers["idempotency-key"]]);
    const key = (what: string) => ["/broken", `${incident?.id ?? ""}-${what}-hook`];
    expect(keys).toEqual([key("opened"), key("opened"), key("closed")]);
    expect(log.lines.join("\n")).toContain("notification.failed");
    expect(log.lines.join("\n")).not.toMatch(/secret of the receiver|sixteen characters|\/broken/);

    stage.pass(91 * 86_400);
    await stage.clear();
    expect((await stage.incidents()).incidents).toEqual([]);
  });

  it("reach a receiver whatever waits for another, which is given up after a day", async () => {
    const sink = await HttpSink.start();
    const hook = { type: "webhook", secret: "sixteen characters" };
    const stage = await open({
      "alerts.cpu.for": 0,
      "alerts.receivers": [
        { ...hook, name: "dead", url: `${sink.url}/broken` },
        { ...hook, name: "good", url: `${sink.url}/good` },
      ],
    });
    const many = ids(240);
    await stage.report(many, hot);
    await stage.look();
    stage.pass(10);
    await stage.report(many);
    await stage.look();
    const told = () =>
      new Set(sink.requests.filter(({ path }) => path === "/good").map((each) => each.headers["idempotency-key"]));
    const deliverUntil = async (count: number) => {
      // A connection that breaks costs a turn.
      for (let run = 0; run < 20 && told().size < count; run++) {
        await stage.deliver();
        stage.pass(10);
      }
      expect(told().size).toBe(count);
    };
    await deliverUntil(480);
    stage.pass(3 * 86_400);
    await stage.report(["late"], hot);
    await stage.look();
    await deliverUntil(481);
    await stage.deliver();
    const { incidents } = await stage.incidents({ limit: "500", kind: "cpu" });
    const states = new Map<string, number>();
    for (const {
      subject,
      deliveries: { delivered, failed, pending },
    } of incidents) {
      const state = `${subject === "late" ? "late " : ""}${delivered} ${failed} ${pending}`;
      states.set(state, (states.get(state) ?? 0) + 1);
    }
    expect([...states]).toEqual([
      ["late 1 0 1", 1],
      ["2 2 0", 240],
    ]);
  });

  it("are one message to people where many are found at once, and one each to programs", async () => {
    const [web, mail] = [await HttpSink.start(), await MailSink.start()];
    const stage = await open({
      "alerts.cpu.for": 0,
      "alerts.web_url": "https://fleet.example.com",
      "alerts.smtp": { host: "127.0.0.1", port: mail.port, tls: "none", from: "fleet@example.com" },
      "alerts.receivers": [
        { name: "mail", type: "email", to: ["ops@example.com"] },
        { name: "chat", type: "slack", url: `${web.url}/broken` },
        { name: "hook", type: "webhook", url: `${web.url}/hook`, secret: "sixteen characters" },
      ],
    });
    const many = ids(130);
    await stage.report(many, hot);
    await stage.look();
    await stage.deliver();
    // A chat that takes nothing yet: the ends wait for the beginnings, as they go out.
    stage.pass(10);
    await stage.report(many.slice(0, 120));
    await stage.look();
    for (let run = 0; run < 4; run++) {
      await stage.deliver();
      stage.pass(30);
    }
    const mails = mail.mails.map(({ text }) => text.replaceAll("=\r\n", ""));
    const subjects = mails.map((text) => /^Subject: (.* incidents, the first): CPU usage of/m.exec(text)?.[1]);
    expect(subjects.toSorted()).toEqual([
      "[Fleet] Closed: 100 incidents, the first",
      "[Fleet] Closed: 20 incidents, the first",
      "[Fleet] Opened, warning: 100 incidents, the first",
      "[Fleet] Opened, warning: 30 incidents, the first",
    ]);
    const largest = mails.find((text) => text.includes("Opened, warning: 100"));
    expect(largest).toMatch(/And 80 more\.\s+Severity: warning[^]+https:\/\/fleet\.example\.com\/alerts\s/);
    expect(web.to("/hook").length).toBeGreaterThanOrEqual(250);
    const named = web
      .to("/hook")
      .map(({ body }) => (JSON.parse(body) as { incident: { subject: string } }).incident.subject);
    expect(new Set(named)).toEqual(new Set(many));
    // The same texts under the same two keys, at every attempt.
    const chats = web.to("/broken");
    expect(chats.length).toBeGreaterThan(2);
    expect(new Set(chats.map(({ body }) => body)).size).toBe(2);
    expect(new Set(chats.map(({ headers }) => headers["idempotency-key"])).size).toBe(2);
    stage.pass(24 * 3600);
    for (let run = 0; run < 2; run++) await stage.deliver();
    const { incidents } = await stage.incidents({ limit: "500" });
    const states = incidents.map(({ closed_at, deliveries }) => [closed_at !== null, deliveries]);
    expect(states.filter(([closed]) => closed)).toEqual(
      Array(120).fill([true, { pending: 0, delivered: 4, failed: 2 }]),
    );
    expect(states.filter(([closed]) => !closed)).toEqual(
      Array(10).fill([false, { pending: 0, delivered: 2, failed: 1 }]),
    );
  });

  it("say once more how large a mass loss is, when it has grown by the end of its window", async () => {
    const sink = await HttpSink.start();
    const hook = { name: "hook", type: "webhook", url: `${sink.url}/hook`, secret: "sixteen characters" };
    const stage = await open({ "alerts.grace": 0, "alerts.receivers": [hook] });
    const [first, second, third] = [ids(10, "first"), ids(15, "second"), ids(30, "third")];
    await stage.report([...first, ...second, ...third]);
    await stage.look();
    await stage.watch(40, [...second, ...third]);
    await stage.watch(60, third);
    await stage.watch(180);
    await stage.deliver();
    for (let run = 0; run < 3; run++) await stage.watch(60);
    await stage.deliver();
    const told = sink.requests.map(
      ({ body }) => JSON.parse(body) as { event: string; incident: Record<string, unknown> },
    );
    expect(told.map(({ event, incident: { count } }) => [event, count])).toEqual([
      ["incident.opened", 10],
      ["incident.updated", 55],
    ]);
    expect(told[1]?.incident["summary"]).toMatch(/^55 machines stopped reporting within/);
    await stage.watch(20, [...first, ...second, ...third]);
    await stage.deliver();
    expect(JSON.parse(sink.requests.at(-1)?.body ?? "")).toMatchObject({ event: "incident.closed" });
    expect(sink.requests).toHaveLength(3);
  });

  it("say which recipients a mail server refused, and mail the others once", async () => {
    const sink = await MailSink.start();
    sink.stranger = "gone@example.com";
    const stage = await open({
      "alerts.cpu.for": 0,
      "alerts.smtp": { host: "127.0.0.1", port: sink.port, tls: "none", from: "fleet@example.com" },
      "alerts.receivers": [{ name: "mail", type: "email", to: ["ops@example.com", sink.stranger] }],
    });
    await stage.report(["a"], hot);
    await stage.look();
    for (let run = 0; run < 2; run++) {
      await stage.deliver();
      stage.pass(3600);
    }
    expect(sink.mails.map(({ to }) => to)).toEqual([["ops@example.com"]]);
    const [incident] = (await stage.incidents()).incidents;
    const { notifications } = await (await stage.incidents()).find(incident?.id ?? "");
    expect(notifications).toMatchObject([
      {
        attempts: 1,
        next_attempt_at: null,
        delivered_at: null,
        failed_at: expect.any(String) as string,
        last_error: "the mail server refused 1 of 2 recipients, and the others have it: gone@example.com",
      },
    ]);
  });

  it("lie sealed, names and sentences and comments", async () => {
    const url = "http://127.0.0.1:9/";
    const stage = await open({ "alerts.cpu.for": 0, "alerts.receivers": [{ name: "chat", type: "slack", url }] });
    await stage.report(["a"], { ...hot, info: JSON.stringify({ hostname: "hidden-host", tags: ["hidden-tag"] }) });
    await stage.look();
    const matcher = { tag: "hidden-tag" };
    await stage.silences.create(
      { username: "alice", address: undefined },
      { matcher, duration: 60, comment: "hidden words" },
    );
    await stage.look();
    await stage.deliver();
    const [incident] = (await stage.incidents()).incidents;
    expect(incident).toMatchObject({ subject_name: "hidden-host", silenced: true, deliveries: { pending: 1 } });
    const stored = await stage.stored();
    expect(stored).toContain('"subject":"a"');
    expect(stored).not.toMatch(/hidden|alice|127\.0\.0\.1/);
  });

  it("are listed page by page", async () => {
    const stage = await open({ "alerts.cpu.for": 0 });
    for (const id of ids(3)) {
      await stage.report([id], hot);
      await stage.look();
      stage.pass(1);
    }
    const first = await stage.incidents({ limit: "2" });
    expect([first.incidents.map(({ subject }) => subject), first.open_count]).toEqual([["m-2", "m-1"], 3]);
    const second = await stage.incidents({ limit: "2", cursor: first.next_cursor ?? "" });
    expect([second.incidents.map(({ subject }) => subject), second.next_cursor]).toEqual([["m-0"], null]);
    expect(await brief(stage, { subject: "m-1", state: "open" })).toEqual([["cpu", "m-1", "open"]]);
  });
});
