import type { ClusterFacts } from "../../src/cluster/cluster-health-check.js";
import { describeAlerts, hot, ids } from "./alerts-on-both-databases.js";

describeAlerts("alerts", (open) => {
  it("call a machine offline once, and only after its time and the grace of a first start", async () => {
    const stage = await open({ "alerts.grace": 60 });
    await stage.report(["a", "b"]);
    await stage.look();
    await stage.watch(110, ["b"]);
    expect(await stage.brief()).toEqual([]);
    await stage.watch(20, ["b"]);
    expect(await stage.brief()).toEqual([["machine_offline", "a", "open"]]);
    const [incident] = (await stage.incidents()).incidents;
    expect(incident).toMatchObject({ summary: "a has not reported for 2 minutes.", value: 120, threshold: 120 });
    await stage.watch(30, ["a", "b"]);
    expect(await stage.brief()).toEqual([["machine_offline", "a", "closed"]]);
    // Nothing was lost while somebody else took over: the next loss is one, too.
    await stage.watch(140, ["b"]);
    expect(await stage.brief({ state: "open" })).toEqual([["machine_offline", "a", "open"]]);
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
    expect(await stage.brief()).toEqual([]);
    // What is missing still is one loss, since all were there when the service went away.
    await stage.watch(20, ["m-5"]);
    expect(await stage.brief()).toEqual([["mass_offline", 5, "open"]]);
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
    expect(await stage.brief()).toEqual([["mass_offline", 20, "open"]]);
    await stage.watch(20, [...others, ...rack.slice(2, 8)]);
    expect((await stage.incidents()).incidents).toMatchObject([{ count: 20, missing: 14, closed_at: null }]);
    await stage.watch(20, [...others, ...rack.slice(2)]);
    expect((await stage.brief()).toSorted()).toEqual([
      ["machine_offline", "rack-0", "open"],
      ["machine_offline", "rack-1", "open"],
      ["mass_offline", 20, "closed"],
    ]);
    await stage.watch(60, others.concat(rack));
    expect(await stage.brief({ state: "open" })).toEqual([]);
  });

  it("take into a mass loss what is lost soon after, and tell of what is lost later by itself", async () => {
    const stage = await open({ "alerts.grace": 0 });
    const [rack, near, later] = [ids(12, "rack"), ids(3, "near"), ids(4, "later")];
    await stage.report([...rack, ...near, ...later]);
    await stage.look();
    await stage.watch(60, [...near, ...later]);
    await stage.watch(60, later);
    expect(await stage.brief()).toEqual([["mass_offline", 12, "open"]]);
    await stage.watch(70, later);
    const [loss] = (await stage.incidents()).incidents;
    expect(loss).toMatchObject({ count: 15, subject_name: "15 machines" });
    expect(loss?.summary).toMatch(/^15 machines stopped reporting within 60 seconds/);
    // Each stops within the window of the one before.
    for (let gone = 1; gone <= later.length; gone++) await stage.watch(100, later.slice(gone));
    await stage.watch(100);
    expect((await stage.brief()).toSorted()).toEqual([
      ...later.map((id) => ["machine_offline", id, "open"]),
      ["mass_offline", 15, "open"],
    ]);
  });

  it("see a busy processor behind a thousand full disks", async () => {
    const stage = await open({ "alerts.cpu.for": 0, "alerts.disk.for": 0 });
    await stage.report(ids(1001), { figures: { ...hot.figures, cpu: 10, disk: 99 } });
    await stage.report(["busy"], hot);
    await stage.look();
    expect(await stage.brief({ kind: "cpu" })).toEqual([["cpu", "busy", "open"]]);
  });

  it("go on with a wait that another evaluator began, and begin anew after an absence", async () => {
    const stage = await open({ "alerts.cpu.for": 60 });
    await stage.report(["a"], hot);
    await stage.look();
    await stage.watch(50, ["a"], hot);
    expect(await stage.brief()).toEqual([]);
    stage.pass(600);
    await stage.report(["a"], hot);
    await stage.look();
    await stage.watch(50, ["a"], hot);
    expect(await stage.brief()).toEqual([]);
    await stage.watch(10, ["a"], hot);
    expect(await stage.brief()).toEqual([["cpu", "a", "open"]]);
    // Whether it is better nobody knows while it is silent.
    await stage.watch(70);
    expect(await stage.brief({ kind: "cpu" })).toEqual([["cpu", "a", "open"]]);
    await stage.store.remove("a");
    await stage.look();
    expect(await stage.brief()).toEqual([["cpu", "a", "closed"]]);
  });

  it("write nothing under a lease that another node has taken over", async () => {
    const stage = await open({ "alerts.cpu.for": 0 });
    await stage.report(["a"], hot);
    const stale = await stage.acquire("alert-evaluation");
    await stale.release({ finished: false });
    await stage.look();
    expect(await stage.brief()).toEqual([["cpu", "a", "open"]]);
    await stage.report(["a"]);
    await expect(stage.evaluation().run(stale)).rejects.toMatchObject({ code: "LEASE_LOST" });
    expect(await stage.brief()).toEqual([["cpu", "a", "open"]]);
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
    expect((await stage.brief()).toSorted()).toEqual(expected);
    await stage.look(healthOf(false, []));
    await stage.look(
      healthOf(true, [
        { ...node, status: "unknown" },
        { ...expiring, status: "unknown" },
      ]),
    );
    expect((await stage.brief()).toSorted()).toEqual(expected);
    expect((await stage.incidents({ kind: "node_inactive" })).incidents).toMatchObject([{ subject_name: "n" }]);
    const [certificate] = (await stage.incidents({ kind: "certificate" })).incidents;
    expect(certificate?.summary).toMatch(/^The certificate of the node o ends in 9 days, on \d{4}-\d\d-\d\d\.$/);
    await stage.look(healthOf(true, [{ ...node, status: "active" }]));
    expect(await stage.brief({ state: "open" })).toEqual([]);
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
    expect(await stage.brief({ subject: "m-1", state: "open" })).toEqual([["cpu", "m-1", "open"]]);
  });
});
