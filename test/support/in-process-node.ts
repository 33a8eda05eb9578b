import type { NestExpressApplication } from "@nestjs/platform-express";
import type { AddressInfo } from "node:net";
import { createLogger } from "../../src/common/logger.js";
import { loadConfig } from "../../src/config/load-config.js";
import { NodeLifecycle } from "../../src/lifecycle/node-lifecycle.js";
import { createApp } from "../../src/server/create-app.js";
import { testCredentials } from "./fleet-node.js";
import { makeTempFolder } from "./temp-folder.js";

export interface InProcessNode {
  readonly app: NestExpressApplication;
  readonly url: string;
}

/** The whole application inside the test's own process, for tests that look into it; close `app` afterwards. */
export async function startInProcess(env: Readonly<Record<string, string>> = {}): Promise<InProcessNode> {
  const folder = makeTempFolder("in-process");
  const config = loadConfig({
    env: {
      FLEET_SERVER__API_KEY: testCredentials.apiKey,
      FLEET_SERVER__WEB_PASSWORD: testCredentials.password,
      FLEET_SERVER__DB_PATH: `${folder}/fleet.sqlite3`,
      FLEET_SESSIONS__SESSION_DIR: `${folder}/sessions`,
      FLEET_LOGGING__LEVEL: "error",
      ...env,
    },
  });
  const app = await createApp(config, createLogger(config.logging));
  await app.listen(0, "127.0.0.1");
  app.get(NodeLifecycle).serve();
  const { port } = app.getHttpServer().address() as AddressInfo;
  return { app, url: `http://127.0.0.1:${port}` };
}
