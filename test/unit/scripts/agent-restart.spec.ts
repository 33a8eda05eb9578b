import { agentRestartDelay } from "../../../scripts/start/agent-restart.mjs";

describe("the pause before the agent is started again", () => {
  it.each([
    [0, 10, 1000],
    [1, 10, 2000],
    [4, 10, 16_000],
    [5, 10, 30_000],
    [500, 59_000, 30_000],
  ])("after %i restarts in a row and %i ms is %i ms", (restarts, ranMs, delayMs) => {
    expect(agentRestartDelay(restarts, ranMs)).toEqual({ delayMs, restarts });
  });

  it("is short again after an agent that ran well", () => {
    expect(agentRestartDelay(7, 60_000)).toEqual({ delayMs: 1000, restarts: 0 });
  });
});
