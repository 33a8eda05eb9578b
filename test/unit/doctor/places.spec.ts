import { Logger } from "@nestjs/common";
import { chmodSync, mkdirSync, readdirSync, writeFileSync } from "node:fs";
import path from "node:path";
import { makeCertificates } from "../../support/certificates.js";
import { freePort } from "../../support/free-port.js";
import { type RedisOptions, type RedisServer, startRedis } from "../../support/redis-server.js";
import { makeTempFolder } from "../../support/temp-folder.js";
import { faultsOf, findingsOf, onlyFault, statusesOf } from "./doctor-findings.js";

/** The rule of docs/operations.md. */
const RULE =
  "~fleet:* &fleet:* -@all +@read +@write +@connection +@scripting +@transaction +@pubsub -@dangerous +time +info";
const user = (rule: string) => `user fleet on >a-redis-password ${rule}`;
const AS_USER = { FLEET_SESSIONS__REDIS__USERNAME: "fleet", FLEET_SESSIONS__REDIS__PASSWORD: "a-redis-password" };

const sessionsIn = ({ host, port }: Pick<RedisServer, "host" | "port">, env: Readonly<Record<string, string>> = {}) =>
  findingsOf({
    FLEET_SERVER__DB_PATH: path.join(makeTempFolder("doctor"), "fleet.sqlite3"),
    FLEET_SESSIONS__BACKEND: "redis",
    FLEET_SESSIONS__REDIS__HOST: host,
    FLEET_SESSIONS__REDIS__PORT: String(port),
    ...env,
  });

async function withRedis<T>(options: RedisOptions, work: (redis: RedisServer) => Promise<T>): Promise<T> {
  const redis = await startRedis(options);
  try {
    return await work(redis);
  } finally {
    await redis.stop();
  }
}

beforeAll(() => {
  Logger.overrideLogger(false);
});

describe("sessions in a Redis that is well", () => {
  it("are found so, and everything is left as it is, also with the rights that nodes need and no more", async () => {
    await withRedis({ persistent: true, lines: [user(RULE)] }, async (redis) => {
      await redis.ask("SET fleet:session:x y");
      const contents = async () => (await redis.ask("DEBUG DIGEST")) + (await redis.ask("DBSIZE"));
      const before = await contents();
      for (const env of [{}, AS_USER]) {
        expect(statusesOf(await sessionsIn(redis, env), "sessions")).toEqual([
          "sessions.connection: ok",
          "sessions.role: ok",
          "sessions.rights: ok",
          "sessions.memory: ok",
          "sessions.persistence: ok",
          "sessions.clock: ok",
        ]);
      }
      expect(await contents()).toBe(before);
    });
  });
});

describe("what is wrong with Redis", () => {
  it("is that it forgets, or drops what nodes keep there", async () => {
    await withRedis({ lines: [user(RULE), "maxmemory 10mb", "maxmemory-policy allkeys-lru"] }, async (redis) => {
      expect(faultsOf(await sessionsIn(redis), "sessions")).toEqual([
        expect.objectContaining({
          name: "sessions.memory",
          status: "failure",
          fix: "set maxmemory-policy noeviction in redis.conf",
        }),
        expect.objectContaining({
          name: "sessions.persistence",
          status: "warning",
          summary: "a restart of Redis logs everybody out",
        }),
      ]);
      // Without the right to ask for what INFO does not tell.
      const unknown = faultsOf(await sessionsIn(redis, AS_USER), "sessions")[1];
      expect(unknown).toMatchObject({
        status: "warning",
        summary: expect.stringMatching(/^not examined: .*CONFIG GET/) as string,
      });
    });
  });

  it("is a user without the rights, or a wrong or missing password", async () => {
    const weak = user("~fleet:* -@all +@read +@connection +info");
    await withRedis({ lines: [weak], password: "the-default-password" }, async (redis) => {
      const faults = faultsOf(await sessionsIn(redis, AS_USER), "sessions");
      expect(faults.map(({ name, status }) => `${name}: ${status}`)).toContain("sessions.rights: failure");
      expect(faults[0]?.fix).toMatch(/the rights that docs\/operations\.md lists/);
      const wrong = { ...AS_USER, FLEET_SESSIONS__REDIS__PASSWORD: "a-wrong-password" };
      const refused = onlyFault(faultsOf(await sessionsIn(redis, wrong), "sessions"));
      expect(refused).toMatchObject({ name: "sessions.connection", status: "failure" });
      expect(refused.fix).toBe("correct sessions.redis.username and sessions.redis.password");
      expect(JSON.stringify(refused)).not.toContain("a-wrong-password");
      expect(onlyFault(faultsOf(await sessionsIn(redis), "sessions")).fix).toMatch(/^set sessions\.redis\.password/);
    });
  });

  it("is a replica, TLS on one side alone, an unknown authority, or nobody who listens", async () => {
    const certificates = makeCertificates();
    await withRedis({ tls: certificates, persistent: true, lines: ["replicaof 127.0.0.1 1"] }, async (redis) => {
      const tls = { FLEET_SESSIONS__REDIS__TLS: "true" };
      const trusting = { ...tls, FLEET_SESSIONS__REDIS__CA_FILE: certificates.caFile };
      expect(onlyFault(faultsOf(await sessionsIn(redis, trusting), "sessions"))).toMatchObject({
        name: "sessions.role",
        status: "failure",
      });
      expect(onlyFault(faultsOf(await sessionsIn(redis, tls), "sessions")).fix).toMatch(/sessions\.redis\.ca_file$/);
      expect(onlyFault(faultsOf(await sessionsIn(redis), "sessions")).fix).toMatch(/^set sessions\.redis\.tls/);
    });
    const gone = onlyFault(faultsOf(await sessionsIn({ host: "127.0.0.1", port: await freePort() }), "sessions"));
    expect(gone).toMatchObject({ status: "failure", fix: expect.stringMatching(/^start Redis there/) as string });
  });
});

describe("a registry or a session store in files", () => {
  const inFiles = (folder: string) =>
    findingsOf({
      FLEET_SERVER__DB_PATH: path.join(folder, "fleet.sqlite3"),
      FLEET_CLUSTER__ENABLED: "true",
      FLEET_CLUSTER__SECRET: "a secret of the cluster",
      FLEET_CLUSTER__BACKEND: "sqlite",
      FLEET_CLUSTER__STATE_PATH: path.join(folder, "state/cluster"),
      FLEET_SESSIONS__SESSION_DIR: path.join(folder, "sessions"),
    });

  it("need not be there yet, and is not made", async () => {
    const folder = makeTempFolder("doctor");
    const found = await inFiles(folder);
    expect([...statusesOf(found, "registry"), ...statusesOf(found, "sessions")]).toEqual([
      "registry.folder: ok",
      "sessions.folder: ok",
    ]);
    expect(readdirSync(folder)).toEqual([]);
  });

  it("is no file where a folder has to be", async () => {
    const folder = makeTempFolder("doctor");
    mkdirSync(path.join(folder, "state"));
    chmodSync(path.join(folder, "state"), 0o700);
    writeFileSync(path.join(folder, "sessions"), "");
    expect(onlyFault(faultsOf(await inFiles(folder), "sessions"))).toMatchObject({
      status: "failure",
      fix: "name another place in sessions.session_dir",
    });
  });
});
