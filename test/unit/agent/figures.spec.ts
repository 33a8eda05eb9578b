import { cpuPercent, parseProcStat } from "../../../agent/src/figures/cpu-load.js";
import { bootTimeMs } from "../../../agent/src/figures/machine-info-source.js";
import { parseNetDev } from "../../../agent/src/figures/net-dev.js";
import {
  batteryFigures,
  diskFigures,
  localAddress,
  memoryFigures,
  networkFigures,
  positive,
  rounded,
  serialNumber,
} from "../../../agent/src/figures/wire-figures.js";

/** What is left after JSON: absent fields are gone. */
function wire(value: unknown): unknown {
  return value === undefined ? undefined : JSON.parse(JSON.stringify(value));
}

describe("processor load", () => {
  it("counts waiting for I/O as idle, stolen time as busy and guest time once", () => {
    //                        user nice system idle iowait irq softirq steal guest guest_nice
    const text = "cpu  100 10 50 800 40 5 5 20 30 4\ncpu0 1 1 1 1 1 1 1 1 1 1\nintr 1\n";
    expect(parseProcStat(text)).toEqual({ busy: 190, total: 1030 });
  });

  it("reads the short line of an old kernel", () => {
    expect(parseProcStat("cpu 1 2 3 4\n")).toEqual({ busy: 6, total: 10 });
  });

  it.each(["", "cpu\n", "cpu0 1 2 3 4\n", "cpu  1 2 3\n", "cpu  a b c d\n"])("is absent in %j", (text) => {
    expect(parseProcStat(text)).toBeNull();
  });

  it.each([
    ["a third", { busy: 100, total: 1000 }, { busy: 200, total: 1300 }, 33.33],
    ["idle", { busy: 100, total: 1000 }, { busy: 100, total: 1300 }, 0],
    ["a counter that stepped back", { busy: 100, total: 1000 }, { busy: 90, total: 1300 }, 0],
    ["more busy than total", { busy: 100, total: 1000 }, { busy: 200, total: 1050 }, 100],
    ["no time passed", { busy: 100, total: 1000 }, { busy: 100, total: 1000 }, undefined],
  ])("between two readings: %s", (_name, before, after, expected) => {
    expect(cpuPercent(before, after)).toBe(expected);
  });
});

describe("network", () => {
  const head =
    "Inter-|   Receive                                                |  Transmit\n" +
    " face |bytes    packets errs drop fifo frame compressed multicast|bytes    packets errs drop fifo colls carrier compressed\n";

  it("sums every interface but loopback", () => {
    const lines =
      "    lo:    3193      29    0    0    0     0          0         0     3193      29    0    0    0     0       0          0\n" +
      "  eth0: 4458891   15007    0    0    0     0          0         0  1376060   10343    0    0    0     0       0          0\n" +
      "eth0:1:1000 2 0 0 0 0 0 0 3000 4 0 0 0 0 0 0\n";
    const expected = { bytes_recv: 4459891, packets_recv: 15009, bytes_sent: 1379060, packets_sent: 10347 };
    expect(parseNetDev(head + lines)).toEqual(expected);
  });

  it("is zero where loopback is alone, and absent where nothing can be read", () => {
    const none = { bytes_recv: 0, packets_recv: 0, bytes_sent: 0, packets_sent: 0 };
    expect(parseNetDev(`${head}    lo: 1 1 0 0 0 0 0 0 1 1 0 0 0 0 0 0\n`)).toEqual(none);
    expect(parseNetDev("")).toBeNull();
    expect(parseNetDev(`${head}  eth0: 1 2\n`)).toBeNull();
  });

  it("has no packets where the library counts none", () => {
    const stats = [
      { rx_bytes: 5, tx_bytes: 7 },
      { rx_bytes: 1, tx_bytes: Number.NaN },
    ];
    expect(wire(networkFigures(stats))).toEqual({ bytes_recv: 6 });
    expect(networkFigures([])).toBeUndefined();
  });
});

describe("memory, disk and battery", () => {
  it.each([
    ["whole", { total: 1000, available: 750 }, { total: 1000, available: 750, used: 250, percent: 25 }],
    ["all free", { total: 1000, available: 1000 }, { total: 1000, available: 1000, used: 0, percent: 0 }],
    ["without the available part", { total: 1000, available: Number.NaN }, { total: 1000 }],
    ["unread", { total: 0, available: 0 }, undefined],
  ])("memory %s", (_name, given, expected) => {
    expect(wire(memoryFigures(given))).toEqual(expected);
  });

  it.each([
    [
      "with space kept for root",
      { bsize: 4096, blocks: 100, bfree: 60, bavail: 40 },
      { total: 409600, used: 163840, free: 163840, percent: 50 },
    ],
    ["full", { bsize: 512, blocks: 10, bfree: 0, bavail: 0 }, { total: 5120, used: 5120, free: 0, percent: 100 }],
    ["unread", { bsize: 4096, blocks: 0, bfree: 0, bavail: 0 }, undefined],
  ])("disk %s", (_name, given, expected) => {
    expect(wire(diskFigures(given))).toEqual(expected);
  });

  it.each([
    ["none", { hasBattery: false, percent: 0, isCharging: false }, null],
    ["charging", { hasBattery: true, percent: 41, isCharging: true }, { percent: 41, charging: true }],
    ["of unknown charge", { hasBattery: true, percent: null, isCharging: false }, { charging: false }],
  ])("battery %s", (_name, given, expected) => {
    expect(wire(batteryFigures(given))).toEqual(expected);
  });
});

describe("what is not a figure", () => {
  it.each([Number.NaN, Infinity, null, undefined])("is absent: %p", (value) => {
    expect(rounded(value)).toBeUndefined();
    expect(positive(value)).toBeUndefined();
  });

  it("is not mistaken for a real zero", () => {
    expect(rounded(0)).toBe(0);
    expect(positive(0)).toBeUndefined();
  });
});

describe("serial number", () => {
  it.each(["", " ", "-", "0", "00000000", "None", "Unknown", "Default string", "To Be Filled By O.E.M.", undefined])(
    "is absent for the filler %j",
    (filler) => {
      expect(serialNumber(filler)).toBeUndefined();
    },
  );

  it("is given as it stands", () => {
    expect(serialNumber(" C02X \n")).toBe("C02X");
  });
});

describe("local address", () => {
  const lo = [{ address: "127.0.0.1", family: "IPv4" as const, internal: true }];
  const v4 = (address: string) => ({ address, family: "IPv4" as const, internal: false });
  const v6 = (address: string) => ({ address, family: "IPv6" as const, internal: false });

  it.each([
    ["the default route's", { lo, docker0: [v4("172.17.0.1")], eth0: [v4("10.0.0.5")] }, "eth0", "10.0.0.5"],
    ["the first where no route is known", { lo, eth0: [v4("10.0.0.5")], eth1: [v4("10.0.0.6")] }, "", "10.0.0.5"],
    ["IPv4 before IPv6", { lo, eth0: [v6("fd00::2"), v4("10.0.0.5")] }, "eth0", "10.0.0.5"],
    ["IPv6 where there is no other", { lo, eth0: [v6("fe80::1"), v6("fd00::2")] }, "eth0", "fd00::2"],
    ["no link-local one", { lo, eth0: [v4("169.254.1.1")], eth1: [v4("10.0.0.6")] }, "eth0", "10.0.0.6"],
    ["none", { lo }, undefined, undefined],
  ])("is %s", (_name, interfaces, defaultInterface, expected) => {
    expect(localAddress(interfaces, defaultInterface)).toBe(expected);
  });
});

describe("boot time", () => {
  const booted = Date.parse("2026-01-01T00:00:00Z");

  it("is on a whole second and steady while the readings jitter", () => {
    const first = bootTimeMs(undefined, booted + 12_480, 12.5);
    expect(first).toBe(booted);
    expect(bootTimeMs(first, booted + 22_600, 21.2)).toBe(booted);
  });

  it("follows a clock that was set", () => {
    expect(bootTimeMs(booted, booted + 3600_000 + 5000, 5)).toBe(booted + 3600_000);
  });
});
