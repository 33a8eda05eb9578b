import { Injectable, Logger, Module, type OnApplicationShutdown } from "@nestjs/common";
import { NestFactory } from "@nestjs/core";
import { FleetConfigModule } from "../../../src/config/config.module.js";
import { loadConfig } from "../../../src/config/load-config.js";
import { MonitoringModule } from "../../../src/monitoring/monitoring.module.js";
import { freePort } from "../../support/free-port.js";
import { waitFor } from "../../support/wait-for.js";

it("serves metrics from before any other module is ready until all others have closed", async () => {
  const port = await freePort();
  const scrape = async () => (await fetch(`http://127.0.0.1:${port}/metrics`)).text();
  const env = {
    FLEET_SERVER__API_KEY: "an-api-key-for-tests",
    FLEET_SERVER__WEB_PASSWORD: "a password for tests",
    FLEET_MONITORING__ENABLED: "true",
    FLEET_MONITORING__PORT: String(port),
    FLEET_CLUSTER__NODE_ID: "server-01",
  };
  const seen: string[] = [];

  @Injectable()
  class Last implements OnApplicationShutdown {
    async onApplicationShutdown(): Promise<void> {
      seen.push(await scrape());
    }
  }
  @Module({
    providers: [
      Last,
      // As a database may keep a node waiting.
      { provide: "READY", useFactory: () => waitFor(scrape, { what: "metrics while the application is built" }) },
    ],
  })
  class WaitingModule {}
  @Module({ imports: [WaitingModule, FleetConfigModule.register(loadConfig({ env })), MonitoringModule] })
  class NodeModule {}

  Logger.overrideLogger(false);
  const app = await NestFactory.createApplicationContext(NodeModule, { logger: false, abortOnError: false });
  seen.push(app.get<string>("READY"));
  await app.close();
  expect(seen).toHaveLength(2);
  for (const text of seen) expect(text).toMatch(/^fleet_node_info\{node_id="server-01",hostname=".+"\} 1$/m);
  await expect(scrape()).rejects.toThrow();
});
