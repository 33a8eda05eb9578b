import { Progress } from "../../../scripts/setup/progress.mjs";

function recordingStream(isTTY: boolean) {
  let text = "";
  return { isTTY, write: (part: string) => (text += part), text: () => text };
}

describe("the progress lines", () => {
  it("are numbered, one for each step, where nothing can be rewritten", () => {
    const stream = recordingStream(false);
    const progress = new Progress(3, stream);
    progress.say("Node.js v20.19.0");
    progress.begin("Installing dependencies").done();
    progress.begin("Building").failed();
    expect(stream.text()).toBe(
      [
        "[1/3] Node.js v20.19.0",
        "[2/3] Installing dependencies ...",
        "[2/3] Installing dependencies: done in 0 s",
        "[3/3] Building ...",
        "[3/3] Building: FAILED after 0 s",
        "",
      ].join("\n"),
    );
  });

  it("are rewritten in place on a terminal", () => {
    const stream = recordingStream(true);
    new Progress(1, stream).begin("Building").done();
    expect(stream.text()).toBe("\r\u001b[K[1/1] Building ...\r\u001b[K[1/1] Building: done in 0 s\n");
  });
});
