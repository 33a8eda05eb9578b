import { BacklogLog } from "../../../agent/src/delivery/backlog-log.js";

describe("backlog log", () => {
  it("counts what repeats and says it every ten minutes at most", () => {
    const lines: string[] = [];
    let nowMs = 0;
    const log = new BacklogLog(
      (level, text) => lines.push(`${level} ${text}`),
      () => nowMs,
    );
    const minute = (minutes: number) => (nowMs = minutes * 60_000);
    log.givenUp({ full: 0, tooOld: 0, damaged: 0 });
    expect(lines).toEqual([]);
    for (let at = 0; at <= 10; at += 1) {
      minute(at);
      log.givenUp({ full: 3, tooOld: 0, damaged: 0 });
      log.refused("http://a", ["x", "y"]);
    }
    log.notKept(Object.assign(new Error("disk"), { code: "ENOSPC" }));
    expect(lines).toEqual([
      "WARN oldest reports dropped, the queue is full: 3",
      "WARN kept reports refused and dropped: 2, last by http://a: y",
      "WARN oldest reports dropped, the queue is full: 30",
      "WARN kept reports refused and dropped: 20, last by http://a: y",
      "WARN reports not safe on disk (ENOSPC): 1",
    ]);
  });
});
