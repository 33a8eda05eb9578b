import fc from "fast-check";
import { parse } from "yaml";
import { describeConfig } from "../../../src/config/describe-config.js";
import { redactConfig } from "../../../src/config/redact-config.js";
import { fernetKey, load, otherFernetKey, payloadKey, problemsOf, required, yamlOf } from "./config-fixture.js";

/** Long and odd enough not to be found in a configuration by chance. */
const secret = fc.stringMatching(/^[a-zA-Z0-9]{12,40}$/).map((text) => `s3cr3t${text}`);
const key32 = fc.uint8Array({ minLength: 32, maxLength: 32 }).map((bytes) => Buffer.from(bytes));
const fernetText = key32.map((key) => key.toString("base64").replaceAll("+", "-").replaceAll("/", "_"));
const url = fc.tuple(secret, secret).map(([user, password]) => ({
  text: `postgresql://${user}:${password}@db.example.com:5432/fleet?sslmode=require&password=${password}`,
  secrets: [user, password],
}));

describe("a printed configuration", () => {
  it("keeps what is no secret and hides what is one", () => {
    const config = load({
      yaml: yamlOf({
        ...required,
        "server.db_encryption_key": [fernetKey, otherFernetKey],
        "server.db_url": "postgresql://fleet:hunter2@db.example.com:5433/fleet?sslmode=verify-full&password=hunter3",
        "sessions.redis.password": "hunter4",
      }),
    });
    expect(redactConfig(config)).toMatchObject({
      organization: { name: "Fleet" },
      server: {
        port: 8768,
        api_key: ["[redacted]"],
        web_username: "admin",
        web_password: "[redacted]",
        db_encryption_key: ["[redacted]", "[redacted]"],
        encryption_key: [],
        db_url: "postgresql://[redacted]@db.example.com:5433/fleet?sslmode=verify-full",
      },
      sessions: { redis: { host: "localhost", password: "[redacted]" } },
    });
    expect(redactConfig(config)).not.toHaveProperty("cluster.redis_password");
    expect(config.sessions.redis.password).toBe("hunter4");
  });

  it("is YAML", () => {
    const config = load({ yaml: yamlOf({ ...required, "cluster.redis_sentinels": ["a:1", "b:2"] }) });
    expect(parse(describeConfig(config))).toEqual(redactConfig(config));
    expect(describeConfig(config)).toContain("port: 8768\n");
  });

  it("holds no secret, whatever the secrets are", () => {
    const settings = fc.record({
      "server.api_key": fc.uniqueArray(secret, { minLength: 1, maxLength: 3 }),
      "server.web_password": secret,
      "server.db_encryption_key": fernetText,
      "server.encryption_key": key32.map((key) => key.toString("base64")),
      "cluster.secret": secret,
      "cluster.redis_password": secret,
      "sessions.redis.password": secret,
      "sessions.secret": secret,
    });
    fc.assert(
      fc.property(settings, url, url, url, (plain, fleet, cluster, sessions) => {
        const urls = { "server.db_url": fleet.text, "cluster.db_url": cluster.text, "sessions.db_url": sessions.text };
        const text = describeConfig(load({ yaml: yamlOf({ ...plain, ...urls }) }));
        const secrets = [...Object.values(plain).flat(), ...[fleet, cluster, sessions].flatMap((one) => one.secrets)];
        for (const one of secrets) expect(text).not.toContain(one);
      }),
      { numRuns: 30 },
    );
  });
});

describe("a configuration error", () => {
  it("holds no secret, wherever the secret was written", () => {
    const places = [
      "server.api_key",
      "server.web_password",
      "server.db_encryption_key",
      "server.port",
      "server.prot",
      "server",
      "sessions.redis",
      "cluster.redis_password_file",
      "cluster.backend",
      "db_url",
      "server.trust_proxy",
      "monitoring.enabled",
    ];
    const shapes: ((secret: string) => unknown)[] = [
      (text) => text,
      (text) => [text, text],
      (text) => ({ [`${text}=`]: text }),
      (text) => `postgresql://u:${text}/@h/d`,
      (text) => `*${text}: "`,
    ];
    fc.assert(
      fc.property(secret, fc.constantFrom(...places), fc.constantFrom(...shapes), (text, place, shape) => {
        const settings = place === "server" ? {} : { "server.api_key": required["server.api_key"] };
        const variable = `FLEET_${place.replaceAll(".", "__").toUpperCase()}`;
        const written = shape(text);
        const problems = [
          ...problemsOf({ yaml: yamlOf({ ...settings, [place]: written }) }),
          ...problemsOf({ yaml: `server:\n  web_password: ${typeof written === "string" ? written : text}"x'\n` }),
          ...problemsOf({ env: { [variable]: typeof written === "string" ? written : JSON.stringify(written) } }),
        ];
        expect(problems.length).toBeGreaterThan(0);
        expect(problems.join("\n")).not.toContain(text);
      }),
      { numRuns: 100 },
    );
  });

  it("shows no payload key that is one letter too long", () => {
    const problems = problemsOf({ yaml: yamlOf({ ...required, "server.encryption_key": `${payloadKey}A` }) });
    expect(problems).toHaveLength(1);
    expect(problems[0]).not.toContain(payloadKey);
  });
});
