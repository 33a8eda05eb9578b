import { spawnSync } from "node:child_process";
import path from "node:path";
import { AgentProcess } from "../support/agent-process.js";
import { onCleanup } from "../support/cleanup.js";
import { projectRoot } from "../support/project-root.js";
import { makeTempFolder } from "../support/temp-folder.js";
import { waitFor } from "../support/wait-for.js";

/** What the agent's container asks. */
function healthCheck(stateDir: string) {
  const script = path.join(projectRoot, "agent/health-check.mjs");
  const env = { ...process.env, NODE_OPTIONS: "", FLEET_AGENT_STATE_DIR: stateDir };
  const { status, stderr } = spawnSync(process.execPath, [script], { env, encoding: "utf8" });
  return { status, said: stderr.trim() };
}

describe("the health check of the agent's container", () => {
  it("tells an agent that works, one that hangs, and none", async () => {
    const stateDir = makeTempFolder("agent-state");
    expect(healthCheck(stateDir)).toEqual({ status: 1, said: expect.stringContaining("no agent runs") as string });

    // Nobody listens there: an agent is well without a server, too.
    const agent = AgentProcess.start(["--server", "http://127.0.0.1:9"], {
      FLEET_AGENT_API_KEY: "k",
      FLEET_AGENT_STATE_DIR: stateDir,
      FLEET_AGENT_SERIAL_FILE: path.join(stateDir, "none"),
    });
    onCleanup(() => AgentProcess.endAll());
    await waitFor(() => healthCheck(stateDir).status === 0, { what: "the agent to be well" });

    process.kill(agent.pid, "SIGSTOP");
    expect(healthCheck(stateDir)).toEqual({ status: 1, said: expect.stringContaining("has not answered") as string });
    process.kill(agent.pid, "SIGCONT");
    expect(healthCheck(stateDir).status).toBe(0);
  });
});
