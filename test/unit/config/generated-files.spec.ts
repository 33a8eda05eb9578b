import { readFileSync } from "node:fs";
import { parse } from "yaml";
import { z } from "zod";
import { editorSchema } from "../../../src/config/editor-schema.js";
import { exampleFile } from "../../../src/config/example-file.js";
import { knownSettings, writableKeys } from "../../../src/config/known-settings.js";
import { apiKey, fernetKey, load, payloadKey, problemsOf, required, webPassword, yamlOf } from "./config-fixture.js";

const committed = (name: string) => readFileSync(new URL(`../../../config/${name}`, import.meta.url), "utf8");

function fill(text: string): string {
  return text
    .replaceAll("REPLACE_WITH_AN_API_KEY", apiKey)
    .replaceAll("REPLACE_WITH_A_PASSWORD", webPassword)
    .replaceAll("REPLACE_WITH_A_FERNET_KEY", fernetKey)
    .replaceAll("REPLACE_WITH_A_PAYLOAD_KEY", payloadKey)
    .replaceAll("REPLACE_WITH_THE_DATABASE_PASSWORD", "database-password")
    .replaceAll("REPLACE_WITH_THE_REDIS_PASSWORD", "redis password");
}

/** Everything commented out in force. */
const uncommented = (text: string) => text.replace(/^( *)# ([a-z_]+: \S)/gm, "$1$2");

describe("config/fleet.example.yaml", () => {
  it("is what the schema says (npm run config:generate writes it)", () => {
    expect(committed("fleet.example.yaml")).toBe(exampleFile());
  });

  it("loads once its placeholders are filled, and then says what the defaults say", () => {
    const settings = { "server.api_key": apiKey, "server.web_password": webPassword };
    expect(load({ yaml: fill(exampleFile()) })).toEqual(load({ yaml: yamlOf(settings) }));
  });

  it("is refused as it stands, for its placeholders alone", () => {
    const problems = problemsOf({ yaml: exampleFile() });
    expect(problems).toEqual([
      expect.stringContaining("server.api_key: is still a placeholder"),
      expect.stringContaining("server.web_password: is still a placeholder"),
    ]);
  });

  it("shows every setting", () => {
    const file = parse(uncommented(exampleFile())) as Record<string, unknown>;
    const pathsOf = (node: Record<string, unknown>, prefix = ""): string[] =>
      Object.entries(node).flatMap(([key, value]) =>
        typeof value === "object" && value !== null && !Array.isArray(value)
          ? pathsOf(value as Record<string, unknown>, `${prefix}${key}.`)
          : [`${prefix}${key}`],
      );
    expect(pathsOf(file).sort()).toEqual(knownSettings.map(({ path }) => path).sort());
  });

  it("shows examples that are accepted", () => {
    const yaml = fill(uncommented(exampleFile())).replaceAll("REPLACE_WITH_", "not-a-placeholder-");
    expect(problemsOf({ yaml })).toEqual([]);
  });

  it("is a file that editors accept by the generated schema", () => {
    const schema = z.fromJSONSchema(editorSchema());
    expect(schema.safeParse(parse(exampleFile())).error).toBeUndefined();
    expect(schema.safeParse(parse(uncommented(exampleFile()))).error).toBeUndefined();
  });
});

describe("config/cluster.example.yaml", () => {
  it("loads once its placeholders are filled", () => {
    expect(load({ yaml: fill(committed("cluster.example.yaml")) })).toMatchObject({
      cluster: { enabled: true, backend: "redis", redis_host: "redis.example.com", node_id: "server-01" },
      sessions: { backend: "redis", redis: { db: 1 } },
      server: { db_backend: "postgres", trust_proxy: ["loopback", "10.0.0.10", "10.0.0.11"] },
    });
  });

  it("is refused as it stands", () => {
    expect(problemsOf({ yaml: committed("cluster.example.yaml") })).toHaveLength(7);
  });
});

describe("config/fleet.schema.json", () => {
  const schema = z.fromJSONSchema(editorSchema());

  it("is what the schema says (npm run config:generate writes it)", () => {
    expect(JSON.parse(committed("fleet.schema.json"))).toEqual(editorSchema());
  });

  it("knows every key that the server knows", () => {
    for (const { path, namesFile } of writableKeys.values()) {
      if (namesFile) expect(schema.safeParse(parse(yamlOf({ [path]: "/run/secrets/x" }))).error).toBeUndefined();
      expect(schema.safeParse(parse(yamlOf({ [path]: null }))).error).toBeUndefined();
      expect(schema.safeParse(parse(yamlOf({ [`${path}_x`]: null }))).success).toBe(false);
    }
  });

  it.each<[settings: Record<string, unknown>, accepted: boolean]>([
    [required, true],
    [{}, true],
    [{ "server.api_key": ["a", "b"] }, true],
    [{ "cluster.backend": "postgresql" }, true],
    [{ "server.max_report_size": "1mb" }, true],
    [{ "server.max_report_size": 4096 }, true],
    [{ cluster: null }, true],
    [{ "server.port": "8768" }, false],
    [{ "server.port": 0 }, false],
    [{ "cluster.backend": "reddis" }, false],
    [{ "cluster.enabled": "yes" }, false],
    [{ "server.api_key": 5 }, false],
  ])("judges %j: %s", (settings, accepted) => {
    expect(schema.safeParse(parse(yamlOf(settings))).success).toBe(accepted);
  });
});

describe("every setting", () => {
  it.each(knownSettings.map((setting) => [setting.path, setting] as const))("is described: %s", (_path, { meta }) => {
    expect(meta.description).toMatch(/^[A-Z].{10,}\.$/);
    expect(meta.description).not.toContain(". ");
  });
});
