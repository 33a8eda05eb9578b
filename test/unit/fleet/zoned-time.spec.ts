import { ZonedTime } from "../../../src/fleet/import/zoned-time.js";

describe("a time without a zone, by the clocks of a place", () => {
  it.each([
    ["UTC", "2025-06-01T12:00:00", "2025-06-01T12:00:00.000Z"],
    ["Europe/Berlin", "2025-06-01T12:00:00.250000", "2025-06-01T10:00:00.250Z"],
    ["Europe/Berlin", "2025-01-01 12:00:00", "2025-01-01T11:00:00.000Z"],
    ["Asia/Kathmandu", "2025-01-01T12:00:00", "2025-01-01T06:15:00.000Z"],
    ["America/New_York", "2024-12-31T23:30:00", "2025-01-01T04:30:00.000Z"],
    // The clock shows it twice; then the last moment before, and the first after, that are clear.
    ["Europe/Berlin", "2025-10-26T02:30:00", "2025-10-26T00:30:00.000Z"],
    ["Europe/Berlin", "2025-10-26T01:59:59", "2025-10-25T23:59:59.000Z"],
    ["Europe/Berlin", "2025-10-26T03:00:00", "2025-10-26T02:00:00.000Z"],
    // No clock ever shows it.
    ["Europe/Berlin", "2025-03-30T02:30:00", "2025-03-30T01:30:00.000Z"],
    ["Europe/Berlin", "2025-03-30T03:00:00", "2025-03-30T01:00:00.000Z"],
    // A zone in the text counts.
    ["Europe/Berlin", "2025-06-01T12:00:00Z", "2025-06-01T12:00:00.000Z"],
    ["Europe/Berlin", "2025-06-01T12:00:00+05:30", "2025-06-01T06:30:00.000Z"],
  ])("%s: %s", (zone, text, expected) => {
    expect(new Date(new ZonedTime(zone).parse(text) ?? NaN).toISOString()).toBe(expected);
  });

  it("that was shown twice is the later one where that was stored after it", () => {
    const berlin = new ZonedTime("Europe/Berlin");
    const times = ["01:59:50", "02:00:00", "02:59:50", "02:00:00", "02:30:00", "02:59:50", "03:00:00"];
    let stored: number | undefined;
    const read = times.map((time) => {
      stored = berlin.parse(`2025-10-26T${time}`, stored);
      return new Date(stored ?? NaN).toISOString().slice(11, 19);
    });
    expect(read).toEqual(["23:59:50", "00:00:00", "00:59:50", "01:00:00", "01:30:00", "01:59:50", "02:00:00"]);
  });

  it.each([
    ["2025-10-26T02:00:00", true],
    ["2025-10-26T02:59:59", true],
    ["2025-10-26T01:59:59", false],
    ["2025-10-26T03:00:00", false],
    ["2025-10-26T02:30:00Z", false],
    ["2025-03-30T02:30:00", false],
  ])("%s was shown twice in Berlin: %p", (text, expected) => {
    expect(new ZonedTime("Europe/Berlin").isShownTwice(text)).toBe(expected);
  });

  it.each([[null], [""], ["yesterday"], ["2025-02-30T12:00:00"], [1_700_000_000]])("%p is none", (text) => {
    expect(new ZonedTime("UTC").parse(text)).toBeUndefined();
  });

  it("needs a zone that exists", () => {
    expect(() => new ZonedTime("Europe/Atlantis")).toThrow(RangeError);
  });
});
