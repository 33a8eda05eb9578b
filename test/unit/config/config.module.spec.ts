import { Inject, Injectable, Logger, Module } from "@nestjs/common";
import { NestFactory } from "@nestjs/core";
import { type ClusterConfig, CLUSTER_CONFIG, FleetConfigModule } from "../../../src/config/config.module.js";
import { load, required, yamlOf } from "./config-fixture.js";

@Injectable()
class Heart {
  constructor(@Inject(CLUSTER_CONFIG) readonly config: ClusterConfig) {}
}

@Module({ providers: [Heart] })
class HeartModule {}

const config = load({ yaml: yamlOf({ ...required, "cluster.heartbeat_interval": 2.5 }) });

@Module({ imports: [FleetConfigModule.register(config), HeartModule] })
class TestModule {}

describe("FleetConfigModule", () => {
  beforeAll(() => {
    Logger.overrideLogger(false);
  });

  it("hands any service the one section it asks for, as it was loaded", async () => {
    const app = await NestFactory.createApplicationContext(TestModule);
    try {
      expect(app.get(Heart).config).toBe(config.cluster);
      expect(app.get(Heart).config.heartbeat_interval).toBe(2.5);
    } finally {
      await app.close();
    }
  });

  it("writes nothing into the environment of the process", async () => {
    const before = { ...process.env };
    const app = await NestFactory.createApplicationContext(TestModule);
    await app.close();
    expect({ ...process.env }).toEqual(before);
  });
});
