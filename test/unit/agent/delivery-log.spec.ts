import { DeliveryLog } from "../../../agent/src/delivery/delivery-log.js";

function logged(): { lines: string[]; log: DeliveryLog; at: (ms: number) => void } {
  const lines: string[] = [];
  let nowMs = 0;
  const log = new DeliveryLog(
    (level, text) => lines.push(`${level} ${text}`),
    () => nowMs,
  );
  return { lines, log, at: (ms) => (nowMs = ms) };
}

describe("delivery log", () => {
  it("says once that reports arrive", () => {
    const { lines, log } = logged();
    for (let report = 0; report < 5; report += 1) log.delivered("http://a", [], 0);
    expect(lines).toEqual(["INFO first report accepted by http://a"]);
  });

  it("says once that delivery is lost, and how much was missed when it is back", () => {
    const { lines, log, at } = logged();
    log.delivered("http://a", [], 0);
    for (let report = 0; report < 12; report += 1) {
      log.failed(["http://a: connection refused"]);
      log.dropped(`2026-01-01T00:00:${report}Z`);
    }
    at(120_400);
    log.delivered("http://a", [], 11);
    log.failed(["http://a: no answer"]);
    expect(lines.slice(1)).toEqual([
      "WARN delivery lost, trying again: http://a: connection refused",
      "WARN report of 2026-01-01T00:00:0Z dropped, it could be neither delivered nor kept",
      "INFO delivery restored by http://a after 120 s, reports waiting: 11, missed: 12",
      "WARN delivery lost, trying again: http://a: no answer",
    ]);
  });

  it("says which server takes over and why", () => {
    const { lines, log } = logged();
    log.delivered("http://a", [], 0);
    log.delivered("http://b", ["http://a: 503"], 0);
    expect(lines.at(-1)).toBe("INFO reports now go to http://b (http://a: 503)");
  });

  it("says a refusal once, and another one again", () => {
    const { lines, log } = logged();
    for (const status of [401, 401, 413, 401, 413]) log.refused("http://a", `${status}`);
    log.delivered("http://a", [], 0);
    expect(lines).toEqual([
      "ERROR http://a refuses the reports: 401",
      "ERROR http://a refuses the reports: 413",
      "INFO delivery restored by http://a after 0 s, reports waiting: 0, missed: 5",
    ]);
  });
});
