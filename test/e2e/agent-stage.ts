import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import type { Report } from "../../agent/src/report.js";
import { AgentProcess } from "../support/agent-process.js";
import { type Answer, ReportReceiver } from "../support/report-receiver.js";

/** What agents of one test meet: receivers in place of servers, and a folder. All is gone after the test. */
export class AgentStage {
  private readonly receivers: ReportReceiver[] = [];
  private place = "";

  private constructor(private readonly apiKey: string) {}

  /** To be called where the test file begins. Agents have `apiKey`, and report every second. */
  static forEachTest(apiKey: string): AgentStage {
    const stage = new AgentStage(apiKey);
    beforeEach(() => {
      stage.place = mkdtempSync(path.join(tmpdir(), "fleet-agent-"));
    });
    afterEach(async () => {
      await AgentProcess.endAll();
      await Promise.all(stage.receivers.splice(0).map((receiver) => receiver.close()));
      rmSync(stage.place, { recursive: true });
    });
    return stage;
  }

  get folder(): string {
    return this.place;
  }

  async receiver(answer?: Answer, tls?: { key: string; cert: string }): Promise<ReportReceiver> {
    const listening = await ReportReceiver.listen(answer, tls);
    this.receivers.push(listening);
    return listening;
  }

  /** Where nobody listens. */
  async closedUrl(): Promise<string> {
    const closed = await this.receiver();
    await closed.close();
    return closed.url;
  }

  start(servers: string[], ...args: string[]): AgentProcess {
    const urls = servers.flatMap((server) => ["--server", server]);
    return AgentProcess.start([...urls, ...args], { FLEET_AGENT_API_KEY: this.apiKey, FLEET_AGENT_INTERVAL: "1" });
  }
}

export function reportOf(request: { body: string } | undefined): Report {
  return JSON.parse(request?.body ?? "") as Report;
}
