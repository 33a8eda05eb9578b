import { browserName } from "../../../dashboard/src/format/browser-name.ts";
import {
  byteRateText,
  bytesText,
  countOf,
  percentText,
  rateText,
  threeDigits,
  withoutZeros,
} from "../../../dashboard/src/format/figures.ts";
import { linePath } from "../../../dashboard/src/format/line-path.ts";
import { middleCut } from "../../../dashboard/src/format/middle-cut.ts";
import { ServerClock } from "../../../dashboard/src/format/server-clock.ts";
import { absoluteText, agoText, durationText, untilText } from "../../../dashboard/src/format/times.ts";

const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

describe("figures", () => {
  it.each([
    ["5.00", "5"],
    ["0.50", "0.5"],
    ["10.0", "10"],
    ["1,200", "1,200"],
    ["100%", "100%"],
    ["16.0 MiB/s", "16 MiB/s"],
    ["1.50 MiB/s", "1.5 MiB/s"],
  ])("lose the zeros at the end of %s where they are round", (text, short) => {
    expect(withoutZeros(text)).toBe(short);
  });

  it.each([
    [0, "0.0%"],
    [4.24, "4.2%"],
    [9.94, "9.9%"],
    [9.96, "10%"],
    [87.5, "88%"],
    [100, "100%"],
    [null, "–"],
  ])("write %p percent as %s", (percent, text) => {
    expect(percentText(percent)).toBe(text);
  });

  it.each([
    [0, "0 B"],
    [999, "999 B"],
    [1000, "0.98 KiB"],
    [1024 ** 2, "1.00 MiB"],
    [13.3e9, "12.4 GiB"],
    [999.9 * 1024 ** 3, "0.98 TiB"],
    [5 * 1024 ** 6, "5.00 EiB"],
    [9e21, "7,806 EiB"],
    [undefined, "–"],
  ])("write %p bytes as %s", (bytes, text) => {
    expect(bytesText(bytes)).toBe(text);
    expect(byteRateText(bytes)).toBe(bytes === undefined ? "–" : `${text}/s`);
  });

  it.each([
    [0, "0"],
    [0.4239, "0.42"],
    [9.994, "9.99"],
    [9.996, "10.0"],
    [99.96, "100"],
    [1240.4, "1,240"],
    [-3.14159, "-3.14"],
    [null, "–"],
  ])("write %p with three digits as %s", (value, text) => {
    expect(threeDigits(value)).toBe(text);
  });

  it.each([
    [0, "0/s"],
    [0.05, "3.00/min"],
    [2.5, "2.50/s"],
    [9_876, "9,876/s"],
    [null, "–"],
  ])("write %p per second as %s", (rate, text) => {
    expect(rateText(rate)).toBe(text);
  });

  it("count things by their name", () => {
    expect([countOf(1, "machine"), countOf(2000, "machine"), countOf(0, "entry", "entries")]).toEqual([
      "1 machine",
      "2,000 machines",
      "0 entries",
    ]);
  });
});

describe("times", () => {
  const now = Date.UTC(2026, 10, 24, 12);

  it.each([
    [-5 * SECOND, "now"],
    [900, "now"],
    [12 * SECOND, "12 s ago"],
    [MINUTE, "1 min ago"],
    [59 * MINUTE + 59 * SECOND, "59 min ago"],
    [23 * HOUR, "23 h ago"],
    [4 * DAY, "4 d ago"],
    [31 * DAY, "24 Oct 2026"],
  ])("%p ms old are %s", (age, text) => {
    expect(agoText(now - age, now)).toBe(text);
  });

  it.each([
    [-1, "0 s"],
    [42 * SECOND, "42 s"],
    [3 * MINUTE + 5 * SECOND, "3 min 05 s"],
    [4 * HOUR + 5 * MINUTE, "4 h 05 min"],
    [12 * DAY + 4 * HOUR, "12 d 4 h"],
  ])("a duration of %p ms is %s", (duration, text) => {
    expect(durationText(duration)).toBe(text);
  });

  it("name the zone, and count down to what is to come", () => {
    expect(absoluteText(now)).toMatch(/^24 Nov 2026, .+ \S+$/);
    expect([untilText(now + 3 * DAY, now), untilText(now, now)]).toEqual(["in 3 d", "expired"]);
  });

  const secondsOff = (...offsets: number[]) => {
    const clock = new ServerClock();
    return offsets.map((seconds) => {
      const localMs = Date.UTC(2026, 10, 24, 12);
      clock.note(new Date(localMs + seconds * SECOND).toUTCString(), localMs);
      return Math.floor(clock.offsetMs / SECOND);
    });
  };

  it("follow the servers' clock where this device's is off by more than the header tells", () => {
    expect(secondsOff(60, 60)).toEqual([60, 60]);
    expect(secondsOff(1, -1)).toEqual([0, 0]);
    const clock = new ServerClock();
    for (const header of ["nonsense", null]) clock.note(header, 0);
    expect(clock.offsetMs).toBe(0);
  });

  it("do not jump with the clock of the node that happens to answer", () => {
    expect(new Set(secondsOff(0, 10, 0, 10, 0, 10, 0, 10, 0, 10, 0, 10))).toEqual(new Set([0]));
    expect(new Set(secondsOff(0, 0, 10, 0, 0, 10, 0, 0, 10, 0, 0, 10))).toEqual(new Set([0]));
    expect(secondsOff(10, 0, 0, 10, 0, 0, 10, 0, 0).at(-1)).toBe(0);
  });
});

describe("names", () => {
  it.each([
    ["short", 10, "short"],
    ["web-000001.site-1.example.com", 15, "web-000…ple.com"],
    ["🖥🖥🖥🖥", 3, "🖥…🖥"],
  ])("%s in %p characters is %s", (name, length, cut) => {
    expect(middleCut(name, length)).toBe(cut);
    expect(Array.from(cut).length).toBeLessThanOrEqual(length);
  });

  it.each([
    [null, "Unknown program"],
    ["curl/8.5.0", "curl"],
    [
      "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/120.0 Safari/537.36",
      "Chrome on Linux",
    ],
    [
      "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 Chrome/120.0 Safari/537.36 Edg/120.0",
      "Edge on Windows",
    ],
    [
      "Mozilla/5.0 (iPhone; CPU iPhone OS 17_0 like Mac OS X) AppleWebKit/605.1 Version/17.0 Mobile Safari/604.1",
      "Safari on iOS",
    ],
    ["Mozilla/5.0 (Macintosh; Intel Mac OS X 14.1; rv:120.0) Gecko/20100101 Firefox/120.0", "Firefox on macOS"],
    ["python-requests/2.31", "python-requests/2.31"],
  ])("of the browser %p: %s", (userAgent, name) => {
    expect(browserName(userAgent)).toBe(name);
  });
});

describe("a line", () => {
  const size = { width: 30, height: 10, top: 100 };

  it("is straight from value to value, with what is too high at the top", () => {
    expect(linePath([0, 50, 100, 200], size)).toBe("M0.0 10.0L10.0 5.0L20.0 0.0L30.0 0.0");
  });

  it("is broken where there is no value, and a dot where one stands alone", () => {
    expect(linePath([null, 50, null, 100], size)).toBe("M10.0 5.0h0.1M30.0 0.0h0.1");
    expect(linePath([null, null], size)).toBe("");
    expect(linePath([], size)).toBe("");
  });
});
