import { type LossWindow, type SilentMachine, isOver, judgeLosses } from "../../../src/alerts/rules/judge-losses.js";

const NOW = 1_800_000_000_000;
const limits = { atLeast: 3, windowMs: 60_000 };

/** Machines by how many seconds they have been silent, the longest first; the limit is 120 s unless told. */
function silent(...machines: (number | [seconds: number, limit: number | null])[]): SilentMachine[] {
  return machines.map((each, index) => {
    const [seconds, limit] = typeof each === "number" ? [each, 120] : each;
    return {
      machineId: `m-${index}`,
      lastSeen: NOW - seconds * 1000,
      offlineAfterMs: limit === null ? null : limit * 1000,
    };
  });
}

function judged(machines: SilentMachine[], ...gathering: LossWindow[]) {
  const { single, masses, joined } = judgeLosses(machines, NOW, limits, gathering);
  const seconds = (each: readonly SilentMachine[]) => each.map(({ lastSeen }) => (NOW - lastSeen) / 1000);
  return {
    single: seconds(single),
    masses: masses.map((mass) => seconds(mass.machines)),
    joined: joined.map(({ window, to }) => [gathering.indexOf(window), (NOW - to) / 1000]),
  };
}

const nothing = { single: [], masses: [], joined: [] };

describe("silent machines", () => {
  it("are nobody's business before one of them is lost", () => {
    expect(judged(silent(119, 118, 117, 116))).toEqual(nothing);
  });

  it("are single ones while they are few", () => {
    expect(judged(silent(130, 125, 59))).toEqual({ ...nothing, single: [130, 125] });
  });

  it("are one loss as soon as the first is lost and enough are near", () => {
    expect(judged(silent(120, 100, 90, 89))).toEqual({ ...nothing, masses: [[120, 100, 90]] });
  });

  it("are single ones where they stopped at different times", () => {
    expect(judged(silent(400, 300, 200))).toEqual({ ...nothing, single: [400, 300, 200] });
  });

  it("are one loss and a single one where one stopped long before", () => {
    expect(judged(silent(400, 130, 125, 121))).toEqual({ ...nothing, single: [400], masses: [[130, 125, 121]] });
  });

  it("have limits of their own, and are never lost without one", () => {
    expect(judged(silent([500, 600], [450, null], 130))).toEqual({ ...nothing, single: [130] });
  });

  it("do not count as lost together where their own limit is far", () => {
    expect(judged(silent([130, 600], [129, 600], 128))).toEqual({ ...nothing, single: [128] });
  });

  it("are near their limit no earlier than the window of a loss before it", () => {
    const limit = 3600;
    expect(judged(silent([3600, limit], [3541, limit], [3540, limit], [3539, limit])).masses).toEqual([
      [3600, 3541, 3540],
    ]);
  });

  it("are two losses where many stopped at two times", () => {
    expect(judged(silent(402, 401, 400, 300, 202, 201, 200))).toEqual({
      ...nothing,
      single: [300],
      masses: [
        [402, 401, 400],
        [202, 201, 200],
      ],
    });
  });

  it("join the one of two open losses that they belong to", () => {
    const [early, late] = [
      { from: NOW - 400_000, to: NOW - 390_000 },
      { from: NOW - 200_000, to: NOW - 185_000 },
    ];
    expect(judged(silent(330, 320, 126), early, late)).toEqual({
      ...nothing,
      single: [320],
      joined: [
        [0, 330],
        [1, 126],
      ],
    });
  });

  it("join the loss that is open while they stopped soon after its last", () => {
    const gathering = { from: NOW - 200_000, to: NOW - 185_000 };
    expect(judged(silent(126, 124), gathering)).toEqual({ ...nothing, joined: [[0, 126]], single: [124] });
  });
});

it.each([
  [{ count: 10, missing: 5 }, 10, false],
  [{ count: 10, missing: 4 }, 10, true],
  [{ count: 100, missing: 21 }, 10, false],
  [{ count: 100, missing: 20 }, 10, true],
  [{ count: 3, missing: 1 }, 3, true],
  [{ count: 2, missing: 1 }, 2, false],
])("a mass loss of %j, at least %d, is over: %s", (loss, atLeast, over) => {
  expect(isOver(loss, atLeast)).toBe(over);
});
