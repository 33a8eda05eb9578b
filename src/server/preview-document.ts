import { NestFactory } from "@nestjs/core";
import type { OpenAPIObject } from "@nestjs/swagger";
import { AppModule } from "../app.module.js";
import { loadConfig } from "../config/load-config.js";
import { makeDocument } from "../openapi/make-document.js";

/** The OpenAPI document without a node that serves it: nothing is constructed, and no database opened. */
export async function previewDocument(): Promise<OpenAPIObject> {
  const config = loadConfig({
    env: { FLEET_SERVER__API_KEY: "used-by-no-agent-at-all", FLEET_SERVER__WEB_PASSWORD: "used by nobody at all" },
  });
  const app = await NestFactory.create(AppModule.register(config), { preview: true, logger: false });
  return makeDocument(app);
}
