import { AgentProcess } from "../support/agent-process.js";
import { bodiesInQueue, leaveReports } from "../support/agent-state.js";
import { onCleanup } from "../support/cleanup.js";
import { startFleetNode, testCredentials } from "../support/fleet-node.js";
import { HttpClient } from "../support/http-client.js";
import { newPayloadKey } from "../support/keys.js";
import { makeTempFolder } from "../support/temp-folder.js";
import { waitFor } from "../support/wait-for.js";

// Real processes on a busy machine: far more than the test needs.

interface History {
  history: { timestamp: string; metrics: { sequence?: number } }[];
}

describe("an agent and a node that comes late", () => {
  it("leave no gap: every sample is there, by its sequence and its own time", async () => {
    const encryptionKey = newPayloadKey();
    const node = await startFleetNode({
      config: {
        server: { encryption_key: encryptionKey, require_encryption: false },
        // Whole samples are kept at this interval only, and the sequence is in those.
        history: { detail_interval: 1 },
      },
    });
    await node.stop();

    const stateDir = makeTempFolder("agent-state");
    const before = leaveReports(stateDir, "late-01", 120);
    const agent = AgentProcess.start(["--server", node.url, "--machine-id", "late-01", "--interval", "2"], {
      FLEET_AGENT_API_KEY: testCredentials.apiKey,
      FLEET_AGENT_ENCRYPTION_KEY: encryptionKey,
      FLEET_AGENT_STATE_DIR: stateDir,
    });
    onCleanup(() => AgentProcess.endAll());
    await waitFor(() => bodiesInQueue(stateDir).length >= before.length + 5, {
      what: "five reports kept",
      timeoutMs: 60_000,
    });
    await node.start();
    await agent.logged(/INFO kept reports sent: \d+ in \d+ s/);
    await waitFor(() => bodiesInQueue(stateDir).length === 0, { what: "an empty queue", timeoutMs: 60_000 });
    agent.signal("SIGTERM");
    await agent.ended;

    const operator = new HttpClient(node.url);
    onCleanup(() => {
      operator.close();
    });
    await operator.login(testCredentials.username, testCredentials.password);
    const answer = await operator.get("/api/fleet/history/late-01?limit=1000&resolution=raw");
    const { history } = answer.json() as History;
    expect(history.slice(0, before.length).map((sample) => sample.timestamp)).toEqual(before);
    const own = history.slice(before.length).map((sample) => sample.metrics.sequence);
    expect(own.length).toBeGreaterThan(5);
    expect(own).toEqual(own.map((_, index) => index + 1));
    expect(agent.log).not.toContain("refuse");
    await node.stop();
  });
});
