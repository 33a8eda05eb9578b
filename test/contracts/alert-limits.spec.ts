import { HttpSink } from "../support/http-sink.js";
import { describeAlerts, hot, ids } from "./alerts-on-both-databases.js";

const tagged = (tag: string) => ({ info: JSON.stringify({ tags: [tag] }) });
const slow = { "alerts.grace": 0, "alerts.overrides": [{ tag: "slow", machine_offline: { after: 600 } }] };

describeAlerts("limits by tags", (open) => {
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
    expect(await stage.brief()).toEqual([["mass_offline", 10, "closed"]]);
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
    expect(await stage.brief()).toEqual([["machine_offline", "plain-1", "open"]]);
    // Neither do they count in another one's mass loss.
    const rack = ids(10, "rack");
    await stage.report([...rack, "slow-0"]);
    await wait(150);
    expect((await stage.brief()).slice(0, 1)).toEqual([["mass_offline", 10, "open"]]);
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

  it("tell of each by its own limit where machines of two limits stop together", async () => {
    const stage = await open(slow);
    const [web, db] = [ids(10, "web"), ids(50, "db")];
    await stage.report(web);
    await stage.report(db, tagged("slow"));
    await stage.report(["lone"], tagged("slow"));
    await stage.look();
    await stage.watch(130, ["lone"]);
    expect(await stage.brief()).toEqual([["mass_offline", 10, "open"]]);
    await stage.watch(480, web);
    expect(await stage.brief()).toEqual([
      ["mass_offline", 50, "open"],
      ["mass_offline", 10, "closed"],
    ]);
    await stage.watch(140, web);
    expect(await stage.brief({ kind: "machine_offline" })).toEqual([["machine_offline", "lone", "open"]]);
  });

  it("pass nobody over who stopped among thousands of others", async () => {
    const stage = await open({ ...slow, "alerts.overrides": [{ tag: "laptop", machine_offline: "off" }] });
    const rack = ids(20, "rack");
    await stage.report(ids(2500, "laptop"), tagged("laptop"));
    await stage.report(rack.slice(0, 1));
    stage.now += 1;
    await stage.report(rack.slice(1));
    await stage.look();
    await stage.watch(130, ["a"]);
    expect(await stage.brief()).toEqual([["mass_offline", 20, "open"]]);
    await stage.watch(20, rack.slice(3));
    expect((await stage.brief()).toSorted()).toEqual([
      ...rack.slice(0, 3).map((id) => ["machine_offline", id, "open"]),
      ["mass_offline", 20, "closed"],
    ]);
  });

  it("delay nobody behind thousands that are excused, at one time or at many", async () => {
    const stage = await open({ ...slow, "alerts.overrides": [{ tag: "laptop", machine_offline: "off" }] });
    for (let part = 0; part < 10; part++) {
      await stage.report(ids(500, `laptop-${part}`), tagged("laptop"));
      stage.now += 100;
    }
    await stage.report(["server"]);
    await stage.look();
    await stage.watch(120, ["a"]);
    expect(await stage.brief()).toEqual([["machine_offline", "server", "open"]]);
  });

  it.each([
    ["is the common one again", []],
    [
      "is that of another tag",
      [
        { tag: "slow", machine_offline: { after: 200 } },
        { tag: "other", machine_offline: { after: 200 } },
      ],
    ],
  ])("pass nobody over whose limit %s after a restart", async (_what, overrides) => {
    const before = await open({
      "alerts.grace": 0,
      "alerts.overrides": [
        { tag: "slow", machine_offline: { after: 600 } },
        { tag: "other", machine_offline: { after: 200 } },
      ],
    });
    await before.report(["a"], tagged("slow"));
    await before.look();
    await before.watch(300, ["b"]);
    expect(await before.brief()).toEqual([]);
    const stage = await before.reopen({ "alerts.grace": 0, "alerts.overrides": overrides });
    await stage.watch(10, ["b"]);
    expect(await stage.brief()).toEqual([["machine_offline", "a", "open"]]);
  });

  it("see a busy processor behind a thousand that may be busier", async () => {
    const stage = await open({ "alerts.cpu.for": 0, "alerts.overrides": [{ tag: "batch", cpu: "off" }] });
    const info = JSON.stringify({ tags: ["batch"] });
    await stage.report(ids(1001), { info, figures: { ...hot.figures, cpu: 100 } });
    await stage.report(["busy"], hot);
    await stage.look();
    expect(await stage.brief()).toEqual([["cpu", "busy", "open"]]);
  });

  it("do not call a machine back that may be silent for longer by new settings", async () => {
    const sink = await HttpSink.start();
    const hook = { name: "hook", type: "webhook", url: sink.url, secret: "sixteen characters" };
    const before = await open({ "alerts.grace": 0, "alerts.receivers": [hook] });
    await before.report(["a"], tagged("slow"));
    await before.look();
    await before.watch(130, ["b"]);
    await before.deliver();
    const stage = await before.reopen({ ...slow, "alerts.receivers": [hook] });
    await stage.watch(10, ["b"]);
    await stage.deliver();
    await stage.watch(470, ["b"]);
    await stage.deliver();
    const told = sink.requests.map(
      ({ body }) => (JSON.parse(body) as { incident: { summary: string } }).incident.summary,
    );
    expect(told).toEqual([
      "a has not reported for 2 minutes.",
      "a may be silent for 10 minutes by now.",
      "a has not reported for 10 minutes.",
    ]);
  });

  it("follow the tags of a machine that reports within a minute", async () => {
    const stage = await open({ "alerts.cpu.for": 0, "alerts.overrides": [{ tag: "batch", cpu: "off" }] });
    await stage.report(["a"], { ...hot, ...tagged("batch") });
    await stage.look();
    const other = { ...hot, ...tagged("web"), infoHash: "of what it says now" };
    await stage.watch(10, ["a"], other);
    expect(await stage.brief()).toEqual([]);
    await stage.watch(60, ["a"], other);
    expect(await stage.brief()).toEqual([["cpu", "a", "open"]]);
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
    expect(await stage.brief()).toEqual([["machine_offline", "plain", "open"]]);
    await stage.watch(180);
    expect(await stage.brief()).toEqual([
      ["machine_offline", "batch", "open"],
      ["machine_offline", "plain", "open"],
    ]);
  });
});
