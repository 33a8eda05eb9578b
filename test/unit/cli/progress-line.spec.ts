import { ProgressLine } from "../../../src/cli/progress-line.js";

const timers = import.meta.jest;

function shownOn(isTTY: boolean) {
  const written: string[] = [];
  const write = (text: string) => {
    written.push(text);
    return true;
  };
  return { written, line: new ProgressLine({ isTTY, write }) };
}

beforeEach(() => {
  timers.useFakeTimers();
});

afterEach(() => {
  timers.useRealTimers();
});

describe("the progress of long work", () => {
  it("is one line that is written over on a terminal", () => {
    const { written, line } = shownOn(true);
    line.show(0.5, "half");
    line.show(0.6, "too soon to be seen");
    timers.advanceTimersByTime(100);
    line.show(2, "all");
    line.end();
    line.end();
    expect(written).toEqual([
      `\r[${"#".repeat(15)}${".".repeat(15)}]  50 %  half `,
      `\r[${"#".repeat(30)}] 100 %  all `,
      "\n",
    ]);
  });

  it("is a line now and then elsewhere", () => {
    const { written, line } = shownOn(false);
    for (let second = 0; second < 10; second++) {
      line.show(second / 10, `${second}`);
      timers.advanceTimersByTime(1000);
    }
    line.end();
    expect(written).toEqual(["  0 %  0\n", " 50 %  5\n"]);
  });
});
