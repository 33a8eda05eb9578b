import Database from "better-sqlite3";
import { createHmac } from "node:crypto";
import type { IncidentDetailView, IncidentView } from "../../src/alerts/incidents/incident-answer.js";
import { type FleetNode, testCredentials } from "../support/fleet-node.js";
import type { HttpClient } from "../support/http-client.js";
import { HttpSink, type SunkRequest } from "../support/http-sink.js";
import { newFernetKey } from "../support/keys.js";
import { logInAt } from "../support/log-in-at.js";
import { MailSink } from "../support/mail-sink.js";
import { ReportingMachines } from "../support/reporting-machines.js";
import { waitFor } from "../support/wait-for.js";
import { holdLease } from "./hold-lease.js";
import { NodesOnOneDatabase } from "./nodes-on-one-database.js";

const secret = "a secret of the webhook";

let sink: HttpSink;
let mail: MailSink;
let cluster: NodesOnOneDatabase;
let nodes: Map<string, FleetNode>;
let machines: ReportingMachines;
let client: HttpClient;

beforeAll(async () => {
  [sink, mail] = [await HttpSink.start(), await MailSink.start()];
  cluster = new NodesOnOneDatabase({
    server: { db_encryption_key: newFernetKey() },
    cluster: { lease_timeout: 2 },
    machines: { warning_after: 1, offline_after: 2 },
    alerts: {
      interval: 0.4,
      grace: 1,
      machine_offline: { after: 3 },
      mass_loss: { at_least: 4, window: 2 },
      cpu: { above: 90, for: 1 },
      disk: { above: 90, for: 0 },
      overrides: [{ tag: "build", cpu: "off" }],
      web_url: "https://fleet.example.com/",
      receivers: [
        { name: "hook", type: "webhook", url: `${sink.url}/hook`, secret },
        { name: "chat", type: "slack", url: `${sink.url}/chat`, kinds: ["cpu"] },
        { name: "mail", type: "email", to: "ops@example.com", kinds: ["cpu"] },
        { name: "gone", type: "slack", url: `${sink.url}/broken`, kinds: ["certificate"] },
        { name: "moved", type: "slack", url: `${sink.url}/redirect`, kinds: ["certificate"] },
      ],
      smtp: { host: "127.0.0.1", port: mail.port, tls: "none", from: "fleet@example.com" },
    },
  });
  nodes = new Map([
    ["one", await cluster.start("one")],
    ["two", await cluster.start("two")],
  ]);
  const url = nodes.get("two")?.url ?? "";
  machines = new ReportingMachines(url, testCredentials.apiKey);
  client = await logInAt(nodes.get("two") as FleetNode);
});

afterAll(() => {
  client.close();
});

interface Told {
  readonly key: string;
  readonly event: string;
  readonly url: string | null;
  readonly incident: IncidentView;
}

const toldBy = ({ body }: SunkRequest) => JSON.parse(body) as Told;
const told = (subject: string) =>
  sink
    .to("/hook")
    .map(toldBy)
    .filter(({ incident }) => incident.subject === subject);
const until = <T>(what: string, condition: () => T | Promise<T>, timeoutMs = 15_000) =>
  waitFor(condition, { what, timeoutMs, intervalMs: 50 });
const incidents = async (query: string) =>
  (await client.get(`/api/fleet/incidents?${query}`)).json() as { incidents: IncidentView[]; open_count: number };

/** Kills one of two nodes; machines and people turn to the other. */
async function kill(killed: string): Promise<void> {
  await nodes.get(killed)?.kill();
  nodes.delete(killed);
  const [survivor] = [...nodes.values()];
  if (!survivor) throw new Error("no node is left");
  machines.turnTo(survivor.url);
  client.close();
  client = await logInAt(survivor);
}

describe("alerts of two nodes on one database", () => {
  it("tell each receiver once that an incident opened, and once that it closed", async () => {
    machines.set("web-01", { figures: { cpu: 97.5 } });
    machines.set("build-01", { figures: { cpu: 99 }, info: { tags: ["Build"] } });
    await until("the webhook", () => told("web-01").length > 0);
    machines.set("web-01", { figures: { cpu: 20 } });
    await until("the end", () => told("web-01").length > 1);
    await until("both mails", () => mail.mails.length > 1);

    const requests = sink.to("/hook").filter((request) => toldBy(request).incident.subject === "web-01");
    expect(requests.map((request) => toldBy(request).event)).toEqual(["incident.opened", "incident.closed"]);
    const [opened] = requests;
    if (!opened) throw new Error("nothing was told");
    const { key, incident, url } = toldBy(opened);
    expect(incident).toMatchObject({
      kind: "cpu",
      severity: "warning",
      subject_name: "web-01",
      value: 97.5,
      threshold: 90,
    });
    expect(incident.summary).toBe("CPU usage of web-01 has been above 90 % for 1 second: 97.5 % now.");
    expect(url).toBe(`https://fleet.example.com/alerts?incident=${incident.id}`);
    expect(opened.headers["idempotency-key"]).toBe(key);
    const [, time, digest] = /^t=(\d+),v1=([0-9a-f]{64})$/.exec(String(opened.headers["x-fleet-signature"])) ?? [];
    expect(digest).toBe(
      createHmac("sha256", secret)
        .update(`${time ?? ""}.${opened.body}`)
        .digest("hex"),
    );

    const [chat] = sink.to("/chat");
    expect(JSON.parse(chat?.body ?? "")).toMatchObject({
      text: expect.stringContaining("[Fleet] Opened, warning: CPU usage of web-01") as string,
      attachments: [{ color: "#e67700" }],
    });
    const [first, second] = mail.mails;
    expect(first).toMatchObject({ to: ["ops@example.com"] });
    expect(first?.text).toContain(`Message-ID: <${incident.id}-opened-mail@example.com>`);
    expect(second?.text).toContain(`In-Reply-To: <${incident.id}-opened-mail@example.com>`);

    const { incidents: found, open_count } = await incidents("kind=cpu");
    expect(found).toEqual([
      { ...incident, closed_at: expect.any(String) as string, deliveries: { pending: 0, delivered: 6, failed: 0 } },
    ]);
    expect(open_count).toBe(0);
    // Both are noted, and told to whoever watches.
    const events = (await client.get("/api/fleet/events?kind=incident&subject=web-01")).json() as { events: unknown[] };
    expect(events.events).toMatchObject([{ kind: "incident.closed" }, { kind: "incident.opened" }]);
  });

  it("keep quiet about what is silenced, until the silence ends", async () => {
    const made = await client.post("/api/fleet/silences", {
      json: { matcher: { machine_id: "db-01", kind: "disk" }, duration: 600, comment: "being replaced" },
    });
    expect(made.status).toBe(201);
    machines.set("db-01", { figures: { disk: 99 } });
    const silenced = await until("the incident", async () => (await incidents("subject=db-01")).incidents[0]);
    expect(silenced).toMatchObject({ kind: "disk", silenced: true, deliveries: { pending: 0, delivered: 0 } });
    expect(told("db-01")).toEqual([]);
    const { id } = made.json() as { id: string };
    expect((await client.request("DELETE", `/api/fleet/silences/${id}`)).status).toBe(204);
    await until("the webhook", () => told("db-01").length > 0);
    machines.set("db-01");
    await until("the end", () => told("db-01").length > 1);
    expect(told("db-01").map(({ event }) => event)).toEqual(["incident.opened", "incident.closed"]);
  });

  it("make one incident of a rack that is lost, and say what its machines share", async () => {
    const rack = ["r-1", "r-2", "r-3", "r-4", "r-5"];
    for (const [index, id] of rack.entries()) {
      machines.set(id, { info: { local_ip: `10.9.8.${index + 1}`, tags: ["rack-9"] } });
    }
    const seen = async () => (await client.get("/api/fleet/machine/r-5")).status === 200;
    await until("the rack to report", seen);
    machines.takeAway(...rack);
    const mass = await until("the mass loss", async () => (await incidents("kind=mass_offline")).incidents[0]);
    expect(mass).toMatchObject({ severity: "critical", count: 5, missing: 5, closed_at: null });
    expect(mass.summary).toContain("5 machines stopped reporting within");
    expect(mass.summary).toContain("all share the subnet 10.9.8.0/24, the tag rack-9");
    const detail = (await client.get(`/api/fleet/incidents/${mass.id}`)).json() as IncidentDetailView;
    expect(detail.missing_machines.toSorted()).toEqual(rack);
    for (const id of rack.slice(1)) machines.set(id);
    const left = await until(
      "the one that is left",
      async () => (await incidents("kind=machine_offline")).incidents[0],
    );
    expect(left).toMatchObject({ subject: "r-1", closed_at: null });
    machines.set("r-1");
    await until("all to be over", async () => (await incidents("state=open")).open_count === 0);
    expect((await incidents("kind=machine_offline")).incidents).toHaveLength(1);
    expect((await incidents("kind=mass_offline")).incidents).toHaveLength(1);
  });

  it.each([
    ["hook", 200, undefined],
    ["mail", 200, undefined],
    ["gone", 502, /answered 500\.$/],
    ["moved", 502, /redirects \(302\), which is not followed/],
    ["nobody", 404, /no receiver of this name/],
  ])("try the receiver %s out: %d", async (name, status, sentence) => {
    const answer = await client.post(`/api/fleet/alerts/receivers/${name}/test`);
    expect(answer.status).toBe(status);
    if (sentence) expect((answer.json() as { error: string }).error).toMatch(sentence);
    else expect(answer.json()).toEqual({ delivered: true });
  });

  it("tell what is in effect without a secret", async () => {
    const answer = await client.get("/api/fleet/alerts");
    expect(answer.json()).toMatchObject({
      enabled: true,
      overrides: [{ tag: "build", kind: "cpu", enabled: false }],
      receivers: [
        { name: "hook", type: "webhook", target: new URL(sink.url).host, last: { state: "delivered" } },
        { name: "chat", last: { state: "delivered", what: "closed" } },
        { name: "mail", target: "ops@example.com" },
        { name: "gone", last: null },
        { name: "moved", last: null },
      ],
    });
    expect(answer.text).not.toContain(secret);
    expect(answer.text).not.toContain("/hook");
  });

  it("lose nothing when the node that decided is killed before anything is sent, by web or by mail", async () => {
    const release = await holdLease(cluster.databasePath, "alert-delivery");
    mail.mails.length = 0;
    machines.set("web-03", { figures: { cpu: 98 } });
    const decided = await until("the decision", async () => (await incidents("subject=web-03")).incidents[0]);
    expect(decided.deliveries).toEqual({ pending: 3, delivered: 0, failed: 0 });
    const [decider] = await until("the node that decided to say so", () =>
      [...nodes].find(([, { output }]) => output.includes('incident.opened: \\"web-03')),
    );
    await kill(decider);
    release();
    await until("the webhook", () => told("web-03").length > 0);
    await until("the mail", () => mail.mails.length > 0);
    expect(told("web-03")).toMatchObject([{ event: "incident.opened", key: `${decided.id}-opened-hook` }]);
    expect(mail.mails.map(({ text }) => text)).toEqual([expect.stringContaining(`${decided.id}-opened-mail`)]);
    machines.set("web-03");
    await until("the end", () => told("web-03").length > 1 && mail.mails.length > 1);
    expect((await incidents("subject=web-03")).incidents).toMatchObject([{ id: decided.id }]);
    nodes.set(decider, await cluster.start(decider));
    await until("all to be over", async () => (await incidents("state=open")).open_count === 0);
  });

  it("lose nothing when the node that delivers is killed, and repeat under the same key", async () => {
    sink.held = "/hook";
    machines.set("web-02", { figures: { disk: 98 } });
    await until("the first attempt", () => told("web-02").length > 0);
    const database = new Database(cluster.databasePath, { readonly: true });
    const holder = database.prepare("SELECT holder FROM leases WHERE name = 'alert-delivery'").pluck().get() as string;
    database.close();
    await kill(holder.split("/")[0] ?? "");
    sink.held = undefined;
    await until("the second attempt", () => told("web-02").length > 1, 30_000);
    machines.set("web-02");
    await until("the end", () => told("web-02").some(({ event }) => event === "incident.closed"), 30_000);

    const openings = told("web-02").filter(({ event }) => event === "incident.opened");
    expect(new Set(openings.map(({ key }) => key)).size).toBe(1);
    expect(new Set(openings.map((each) => JSON.stringify(each))).size).toBe(1);
    const found = (await incidents("subject=web-02")).incidents;
    expect(found).toMatchObject([{ kind: "disk", closed_at: expect.any(String) as string }]);
    await until("the delivery to be noted", async () => {
      const [incident] = (await incidents("subject=web-02")).incidents;
      return incident?.deliveries.delivered === 2 && incident.deliveries.pending === 0;
    });
    // The node that was killed is an incident itself.
    await until("the node", async () => (await incidents("kind=node_inactive&state=open")).incidents.length === 1);
  });
});
