import fc from "fast-check";
import { distance } from "fastest-levenshtein";
import { writableKeys } from "../../../src/config/known-settings.js";
import { nearestName } from "../../../src/config/nearest-name.js";

const keys = [...writableKeys.keys()];

/** A key with one slip: a letter too many, too few, wrong, or two of them swapped. */
const slip = fc
  .record({
    key: fc.constantFrom(...keys),
    at: fc.nat(),
    kind: fc.constantFrom("insert", "drop", "replace", "swap"),
    letter: fc.stringMatching(/^[a-z_]$/),
  })
  .map(({ key, at, kind, letter }) => {
    const start = key.lastIndexOf(".") + 1;
    const letters = Array.from(key.slice(start));
    const index = at % letters.length;
    const [here = "", next = ""] = [letters[index], letters[index + 1]];
    if (kind === "insert") letters.splice(index, 0, letter);
    if (kind === "drop") letters.splice(index, 1);
    if (kind === "replace") letters.splice(index, 1, letter);
    if (kind === "swap") letters.splice(index, 2, next, here);
    return { key, typo: key.slice(0, start) + letters.join("") };
  });

describe("the nearest name", () => {
  it("is the key that was meant after one slip, or one just as near", () => {
    fc.assert(
      fc.property(slip, ({ key, typo }) => {
        const found = nearestName(typo, keys);
        expect(found === key || (found !== undefined && distance(found, typo) <= distance(key, typo))).toBe(true);
      }),
      { numRuns: 500 },
    );
  });

  it.each([
    ["server.prot", "server.port"],
    ["server.Port", "server.port"],
    ["server.maxReportSize", "server.max_report_size"],
    ["server-api-key", "server.api_key"],
    ["port", "server.port"],
    ["api_key", "server.api_key"],
    ["redis_host", "cluster.redis_host"],
    ["sessions.redis_host", "sessions.redis.host"],
    ["cluster.redis.sentinels", "cluster.redis_sentinels"],
    ["sessions.port", "sessions.redis.port"],
    ["server.cert_file", "ssl.cert_file"],
    ["cluster.ttl", "sessions.ttl"],
    ["server.encryption_keys", "server.encryption_key"],
  ])("of %s is %s", (written, expected) => {
    expect(nearestName(written, keys)).toBe(expected);
  });

  it.each(["foo", "x", "server.color", "zzz.zzz", "license", ""])("does not exist for %j", (written) => {
    expect(nearestName(written, keys)).toBeUndefined();
  });
});
