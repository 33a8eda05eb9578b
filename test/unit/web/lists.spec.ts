import type { FleetEvent, Machine, MachineList } from "../../../dashboard/src/api/types.ts";
import {
  disksOf,
  levelOf,
  machineName,
  numberAt,
  startedAt,
  systemText,
  textAt,
} from "../../../dashboard/src/format/machine-facts.ts";
import { sinceTime } from "../../../dashboard/src/pages/events/since.ts";
import { changedPlaces } from "../../../dashboard/src/pages/machines/changed-places.ts";
import { readAddress, sortedBy, writeAddress } from "../../../dashboard/src/pages/machines/list-address.ts";
import { mergeLists } from "../../../dashboard/src/pages/machines/merge-lists.ts";
import { mayReload } from "../../../dashboard/src/shell/may-reload.ts";
import { rereadIsDue } from "../../../dashboard/src/api/reread-pace.ts";
import { lastChanges } from "../../../dashboard/src/pages/overview/last-changes.ts";

const NOW = Date.UTC(2026, 10, 24, 12);
const ago = (ms: number) => new Date(NOW - ms).toISOString();

const machine = (id: string, members: Partial<Machine> = {}): Machine => ({
  machine_id: id,
  info: {},
  status: "online",
  first_seen: ago(1e9),
  last_seen: ago(1000),
  latest_metrics: {},
  id_conflict: false,
  ...members,
});

describe("the address of a list", () => {
  it.each(["", "q=db&status=offline", "sort=-cpu", "q=a+b&sort=last_seen&cursor=abc&page=3"])(
    "%j is read and written alike",
    (text) => {
      expect(writeAddress(readAddress(new URLSearchParams(text))).toString()).toBe(text);
    },
  );

  it.each(["sort=melons", "status=gone", "page=7", "sort=--cpu", "sort=name"])(
    "without sense (%s) is that of the whole list",
    (text) => {
      expect(writeAddress(readAddress(new URLSearchParams(text))).toString()).toBe("");
    },
  );

  it("begins anew with another order, with the highest figures first, and turns the same one around", () => {
    const address = readAddress(new URLSearchParams("q=x&cursor=abc&page=3"));
    const byCpu = sortedBy(address, "cpu");
    expect(writeAddress(byCpu).toString()).toBe("q=x&sort=-cpu");
    expect(writeAddress(sortedBy(byCpu, "cpu")).toString()).toBe("q=x&sort=cpu");
    expect(writeAddress(sortedBy(address, "name")).toString()).toBe("q=x&sort=-name");
  });
});

describe("rows that would stand elsewhere", () => {
  const cpu = (id: string, percent: number | null) => machine(id, { latest_metrics: { cpu: { percent } } });

  it("are counted by what the list is sorted by, those without it last", () => {
    expect(changedPlaces([cpu("a", 90), cpu("b", 50), cpu("c", null)], "cpu", true)).toBe(0);
    expect(changedPlaces([cpu("a", 40), cpu("b", 50), cpu("c", null)], "cpu", true)).toBe(2);
    expect(changedPlaces([cpu("a", 40), cpu("c", null), cpu("b", 50)], "cpu", false)).toBe(2);
    expect(changedPlaces([cpu("a", 40), cpu("b", 40)], "cpu", true)).toBe(0);
    expect(changedPlaces([machine("B"), machine("a")], "name", false)).toBe(2);
  });
});

describe("what an agent says", () => {
  it("is taken for what it is", () => {
    const words = {
      cpu: { percent: 1.5, load_avg: [0.1] },
      name: "x",
      empty: " ",
      unknown: "Unknown",
      bad: Number.NaN,
    };
    expect(numberAt(words, "cpu", "percent")).toBe(1.5);
    expect(numberAt(words, "cpu", "load_avg", 0)).toBe(0.1);
    for (const path of [["cpu"], ["name"], ["bad"], ["toString"], ["cpu", "none", "deeper"]]) {
      expect(numberAt(words, ...path)).toBeNull();
    }
    expect(["name", "empty", "unknown", "cpu", "none"].map((name) => textAt(words, name))).toEqual([
      "x",
      null,
      null,
      null,
      null,
    ]);
    expect(numberAt(null, "x")).toBeNull();
  });

  it("names the machine, its system and its disks", () => {
    expect(machineName(machine("m", { info: { hostname: "web-01" } }))).toBe("web-01");
    expect(machineName(machine("m", { info: { hostname: "", computer_name: "Work" } }))).toBe("Work");
    expect(machineName({ machine_id: "m", info: { hostname: 7 } as unknown as Machine["info"] })).toBe("m");
    expect(systemText({ os: "Linux", os_version: "6.1" })).toBe("Linux 6.1");
    expect(systemText({ os: "Debian", os_version: "Debian 12" })).toBe("Debian 12");
    expect([systemText({ os: "Linux" }), systemText({})]).toEqual(["Linux", null]);
    expect(disksOf({ disks: [{ mountpoint: "/" }, null, "x"] })).toEqual([{ mountpoint: "/" }]);
    expect(disksOf({ disks: "none" })).toEqual([]);
  });

  it("tells since when it runs, by its uptime or else its boot time", () => {
    expect(startedAt(machine("m", { last_seen: ago(0), latest_metrics: { uptime_seconds: 60 } }))).toBe(NOW - 60_000);
    expect(startedAt(machine("m", { info: { boot_time: ago(5000) } }))).toBe(NOW - 5000);
    expect(startedAt(machine("m", { info: { boot_time: "long ago" } }))).toBeNull();
  });

  it.each([
    [90, "well"],
    [90.1, "warning"],
    [95, "warning"],
    [95.1, "critical"],
  ])("at %p %% is %s", (percent, level) => {
    expect(levelOf(percent)).toBe(level);
  });
});

describe("a list that is read again", () => {
  const trend = { step: 60, cpu: [1], memory: [2] };
  const list = (ids: string, next_cursor: string | null, members: Partial<Machine> = {}): MachineList => ({
    machines: [...ids].map((id) => machine(id, members)),
    total: ids.length,
    next_cursor,
  });
  const idsOf = ({ machines }: MachineList) => machines.map(({ machine_id }) => machine_id).join("");

  it.each([
    ["by name, is as the server says", "abc", null, "abx", null, false, "abx"],
    ["by figures, keeps its places", "abc", "more", "cba", "more", true, "abc"],
    ["by figures, keeps who stands elsewhere now", "abc", "more", "xya", "more", true, "abc"],
    ["by figures and whole, gains and loses", "abc", null, "xca", null, true, "acx"],
    ["by figures and full by now, gains as far as it has room", "ab", null, "xyz", "more", true, "abx"],
    ["empty, is filled", "", null, "ba", null, true, "ba"],
  ])("%s", (_what, known, knownNext, fresh, freshNext, followsFigures, merged) => {
    const now = mergeLists(list(known, knownNext), list(fresh, freshNext), followsFigures);
    expect(idsOf(now)).toBe(merged);
    expect([now.total, now.next_cursor]).toEqual([fresh.length, freshNext]);
  });

  it.each([true, false])("has new trends, and of a machine's reports the latest (by figures: %p)", (followsFigures) => {
    const fresh = list("a", null, { last_seen: ago(5000), trend });
    const told = list("a", null, { last_seen: ago(1000), trend: { ...trend, cpu: [0] } });
    expect(mergeLists(told, fresh, followsFigures).machines).toEqual([machine("a", { last_seen: ago(1000), trend })]);
    const older = list("a", null, { last_seen: ago(9000) });
    expect(mergeLists(older, fresh, followsFigures).machines).toEqual(fresh.machines);
  });

  it("is read soon after a change, however many there are, and each minute without one", () => {
    const due = (elapsedMs: number, changed: boolean) => rereadIsDue({ elapsedMs, changed, soonMs: 15_000 });
    expect([due(14_000, true), due(15_000, true)]).toEqual([false, true]);
    expect([due(59_000, false), due(60_000, false)]).toEqual([false, true]);
  });
});

describe("a page whose files are missing", () => {
  it("is loaded anew by itself, and not again at once", () => {
    expect([mayReload(null, NOW), mayReload(String(NOW - 1000), NOW), mayReload(String(NOW - 61_000), NOW)]).toEqual([
      true,
      false,
      true,
    ]);
    // A clock that was set back.
    expect(mayReload(String(NOW + 1000), NOW)).toBe(true);
  });
});

describe("what changed lately", () => {
  const event = (id: number, kind: string, age: number): FleetEvent => ({
    id,
    kind,
    at: ago(age),
    subject: "s",
    actor: null,
    address: null,
    details: null,
  });
  const keysOf = (...given: Parameters<typeof lastChanges>) => lastChanges(...given).map(({ key }) => key);

  it("is told newest first, without what happens all day", () => {
    const events = [event(3, "node.left", 1000), event(2, "login.succeeded", 2000), event(1, "node.joined", 5000)];
    const machines = [machine("m", { first_seen: ago(3000) }), machine("old")];
    expect(keysOf(events, machines, NOW - 10_000)).toEqual(["event 3", "machine m", "event 1"]);
    expect(keysOf(events, machines, NOW - 2_000)).toEqual(["event 3"]);
  });

  it("tells many new machines in one line", () => {
    const machines = Array.from({ length: 40 }, (_, index) => machine(`m-${index}`, { first_seen: ago(100 + index) }));
    expect(lastChanges([], machines, NOW - 10_000)).toEqual([{ key: "machines", at: ago(100), machines: 40 }]);
  });
});

describe("a time to begin with", () => {
  it("is a whole minute, so that it stays the same for one", () => {
    expect(sinceTime("1h", NOW + 30_000)).toBe("2026-11-24T11:00:00.000Z");
    expect(sinceTime("7d", NOW)).toBe("2026-11-17T12:00:00.000Z");
    expect(sinceTime(undefined, NOW)).toBeUndefined();
  });
});
