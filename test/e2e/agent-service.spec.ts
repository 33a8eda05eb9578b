import { readFileSync } from "node:fs";
import path from "node:path";

import { AgentProcess } from "../support/agent-process.js";
import { leaveReports } from "../support/agent-state.js";
import { onCleanup } from "../support/cleanup.js";
import { projectRoot } from "../support/project-root.js";
import { ReportLedger } from "../support/report-ledger.js";
import { ReportReceiver } from "../support/report-receiver.js";
import { makeTempFolder } from "../support/temp-folder.js";

// Real processes on a busy machine: far more than the test needs.

const unit = readFileSync(path.join(projectRoot, "config/systemd/fleet-agent.service"), "utf8");
const setting = (pattern: RegExp) => pattern.exec(unit)?.[1] ?? "";

describe("the agent's service", () => {
  it("stays under its memory limit while it sends a large backlog", async () => {
    const limitMb = Number(setting(/^MemoryMax=(\d+)M$/m));
    const ledger = new ReportLedger();
    const server = await ReportReceiver.listen(ledger.answer);
    onCleanup(() => server.close());
    const stateDir = makeTempFolder("agent-state");
    // Five batches, of which each is twice as large as the one before.
    const kept = leaveReports(stateDir, "web-01", 25 + 50 + 100 + 200 + 400);
    const serial = path.join(stateDir, "none");
    const agent = AgentProcess.start(["--server", server.url, "--interval", "1"], {
      FLEET_AGENT_API_KEY: "k",
      FLEET_AGENT_STATE_DIR: stateDir,
      FLEET_AGENT_SERIAL_FILE: serial,
      NODE_OPTIONS: setting(/^Environment="NODE_OPTIONS=(.+)"$/m),
    });
    onCleanup(() => AgentProcess.endAll());
    await ledger.has(kept);
    const peakKb = Number(/^VmHWM:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${agent.pid}/status`, "utf8"))?.[1]);
    expect(limitMb).toBe(60);
    expect(peakKb / 1024).toBeLessThan(limitMb);
  });
});
