import { randomBytes } from "node:crypto";

import { parseCommandLine } from "../../../agent/src/options/command-line.js";
import { loadOptions } from "../../../agent/src/options/load-options.js";

const KEY = randomBytes(32).toString("base64");
const CERTIFICATE = "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n";

interface Sources {
  args?: string[];
  env?: Record<string, string>;
  files?: Record<string, string>;
}

function load({ args = [], env = {}, files = {} }: Sources) {
  return loadOptions(parseCommandLine(args), env, (file) => {
    const text = files[file];
    if (text === undefined) throw Object.assign(new Error("no such file"), { code: "ENOENT" });
    return text;
  });
}

function options(sources: Sources) {
  const loaded = load(sources);
  if ("problems" in loaded) throw new Error(loaded.problems.join("\n"));
  return loaded.options;
}

function problems(sources: Sources): string[] {
  const loaded = load(sources);
  return "problems" in loaded ? loaded.problems : [];
}

const LEAST = ["--server", "https://fleet.example.com", "--api-key", "secret-1"];

describe("agent options", () => {
  it("needs only a server and an API key", () => {
    const found = options({ args: LEAST });
    expect(found.endpoints.map(String)).toEqual(["https://fleet.example.com/api/fleet/report"]);
    expect(found).toMatchObject({ apiKey: "secret-1", intervalMs: 10_000, queueBytes: 100e6, tags: [], labels: {} });
    expect([found.encryptionKey, found.machineId, found.ca]).toEqual([undefined, undefined, undefined]);
    expect([found.stateDir, found.serialFile]).toEqual([undefined, undefined]);
  });

  it("takes every setting from each source", () => {
    const values = { server: "http://a", interval: "2.5", machine_id: "web-01", ca_file: "ca.pem" };
    const kept = { state_dir: "/state", queue_size: "2", serial_file: "/serial" };
    const secrets = { api_key: "secret-1", encryption_key: KEY };
    const files = {
      "ca.pem": CERTIFICATE,
      "agent.json": JSON.stringify({ ...values, ...kept, ...secrets, interval: 2.5 }),
    };
    const all = Object.entries({ ...values, ...kept, ...secrets });
    const sources: Sources[] = [
      { files, args: all.map(([name, value]) => `--${name.replaceAll("_", "-")}=${value}`) },
      { files, env: Object.fromEntries(all.map(([name, value]) => [`FLEET_AGENT_${name.toUpperCase()}`, value])) },
      { files, args: ["--config", "agent.json"] },
    ];
    for (const source of sources) {
      const found = options(source);
      expect(found.endpoints.map(String)).toEqual(["http://a/api/fleet/report"]);
      expect(found.encryptionKey).toEqual(Buffer.from(KEY, "base64"));
      expect(found).toMatchObject({ apiKey: "secret-1", intervalMs: 2500, machineId: "web-01", ca: CERTIFICATE });
      expect(found).toMatchObject({ stateDir: "/state", queueBytes: 2e6, serialFile: "/serial" });
    }
  });

  it("lets the command line win over the environment and the environment over the file", () => {
    const files = { "agent.json": JSON.stringify({ server: ["http://file"], api_key: "from-file", interval: 30 }) };
    const env = { FLEET_AGENT_SERVER: "http://env", FLEET_AGENT_API_KEY: "from-env" };
    const found = options({ args: ["--config", "agent.json", "--server", "http://args"], env, files });
    expect(found.endpoints.map(String)).toEqual(["http://args/api/fleet/report"]);
    expect(found).toMatchObject({ apiKey: "from-env", intervalMs: 30_000 });
  });

  it("takes a stronger source's secret file over a weaker source's secret", () => {
    const env = { FLEET_AGENT_API_KEY: "from-env" };
    const found = options({ args: ["--server", "http://a", "--api-key-file", "k"], env, files: { k: "from-file\n" } });
    expect(found.apiKey).toBe("from-file");
  });

  it.each<[string, Sources, string[]]>([
    ["repeated options", { args: ["--server", "http://a", "--server", "http://b"] }, ["http://a", "http://b"]],
    [
      "a list with commas in the environment",
      { env: { FLEET_AGENT_SERVER: "http://a, http://b," } },
      ["http://a", "http://b"],
    ],
    [
      "a list in the file",
      { args: ["--config", "c"], files: { c: '{"server":["http://a","http://b"]}' } },
      ["http://a", "http://b"],
    ],
    ["the same server twice", { args: ["--server", "http://a", "--server", "http://a"] }, ["http://a"]],
    ["a trailing slash", { args: ["--server", "http://a/"] }, ["http://a"]],
    ["a path prefix", { args: ["--server", "http://a:8768/fleet//"] }, ["http://a:8768/fleet"]],
  ])("reads servers from %s", (_name, sources, expected) => {
    const found = options({ ...sources, env: { FLEET_AGENT_API_KEY: "k", ...sources.env } });
    expect(found.endpoints.map(String)).toEqual(expected.map((one) => new URL(one).origin + prefixOf(one)));
  });

  it.each<[string, Sources]>([
    [
      "repeated arguments",
      { args: ["--tags", "web,eu", "--tags", "web", "--labels=site=ber", "--labels", "role=a=b"] },
    ],
    ["the environment", { env: { FLEET_AGENT_TAGS: "web, eu,", FLEET_AGENT_LABELS: "site=ber,role=a=b" } }],
    [
      "the file",
      { args: ["--config", "c"], files: { c: '{"tags":["web","eu"],"labels":{"site":"ber","role":"a=b"}}' } },
    ],
  ])("reads tags and labels from %s", (_name, sources) => {
    const found = options({ ...sources, args: [...LEAST, ...(sources.args ?? [])] });
    expect(found).toMatchObject({ tags: ["web", "eu"], labels: { site: "ber", role: "a=b" } });
  });

  it("keeps the commas of the file's tags and labels", () => {
    const files = { c: '{"tags":"a, b","labels":{"problem":"x, y"}}' };
    const found = options({ args: [...LEAST, "--config", "c"], files });
    expect(found).toMatchObject({ tags: ["a, b"], labels: { problem: "x, y" } });
  });

  it.each<[string, Sources, RegExp]>([
    ["a label without a value", { args: [...LEAST, "--labels", "role"] }, /^--labels: a label is written name=value$/],
    ["a label with a strange name", { args: [...LEAST, "--labels", "a b=c"] }, /^--labels: a label's name has/],
    ["a label given twice", { args: [...LEAST, "--labels", "a=b,a=c"] }, /^--labels: label a is given twice$/],
    [
      "too many tags",
      { args: [...LEAST, "--tags", Array.from({ length: 51 }, (_, n) => n).join(",")] },
      /at most 50 tags/,
    ],
    [
      "labels that are a list",
      { args: [...LEAST, "--config", "c"], files: { c: '{"labels":["a=b"]}' } },
      /must be an object of texts/,
    ],
    ["a queue of no size", { args: [...LEAST, "--queue-size", "0"] }, /^--queue-size: must be 1 to 10000 megabytes$/],
    ["no server", { args: ["--api-key", "k"] }, /^no server: give --server URL/],
    ["no API key", { args: ["--server", "http://a"] }, /^no API key: give --api-key-file/],
    [
      "a server without a scheme",
      { args: [...LEAST, "--server", "localhost:8768"] },
      /--server: "localhost:8768" must be .* http/,
    ],
    ["another scheme", { args: [...LEAST, "--server", "ftp://a"] }, /must be a URL that begins with http/],
    ["a query", { args: [...LEAST, "--server", "http://a/?x=1"] }, /without \? or #/],
    [
      "a password in the URL",
      { args: [...LEAST, "--server", "http://me:hush@a"] },
      /must not hold a user name or password/,
    ],
    ["a password in a broken URL", { args: [...LEAST, "--server", "me:hush@a"] }, /the URL must be a URL/],
    ["an unknown option", { args: [...LEAST, "--sever=http://a"] }, /^unknown option --sever \(see --help\)$/],
    ["a stray argument", { args: [...LEAST, "hush"] }, /^argument 5 belongs to no option/],
    ["an option without its value", { args: [...LEAST, "--machine-id", "--once"] }, /^--machine-id needs a value$/],
    ["an option at the end without its value", { args: [...LEAST, "--interval"] }, /^--interval needs a value$/],
    ["an option given twice", { args: [...LEAST, "--api-key", "hush"] }, /^--api-key is given twice$/],
    ["a flag with a value", { args: [...LEAST, "--once=yes"] }, /^--once takes no value$/],
    [
      "an interval that is no number",
      { args: [...LEAST, "--interval", "soon"] },
      /^--interval: must be 1 to 3600 seconds$/,
    ],
    [
      "an interval of zero",
      { args: LEAST, env: { FLEET_AGENT_INTERVAL: "0" } },
      /^FLEET_AGENT_INTERVAL: must be 1 to 3600/,
    ],
    ["a key of the wrong length", { args: [...LEAST, "--encryption-key", "aHVzaA=="] }, /openssl rand -base64 32/],
    [
      "a key in another alphabet",
      { args: [...LEAST, "--encryption-key", `${"_".repeat(43)}=`] },
      /--encryption-key: must be 32/,
    ],
    [
      "an API key of two lines",
      { args: ["--server", "http://a"], env: { FLEET_AGENT_API_KEY: "hush\nhush" } },
      /line breaks/,
    ],
    ["a long machine id", { args: [...LEAST, "--machine-id", "x".repeat(256)] }, /^--machine-id: must be 1 to 255/],
    [
      "a key file that is missing",
      { args: ["--server", "http://a", "--api-key-file", "none"] },
      /cannot read none \(ENOENT\)/,
    ],
    [
      "an empty key file",
      { args: ["--server", "http://a", "--api-key-file", "e"], files: { e: "\n" } },
      /the file is empty/,
    ],
    [
      "a key and a key file",
      { args: [...LEAST, "--api-key-file", "k"], files: { k: "hush" } },
      /give only one of the two/,
    ],
    [
      "a CA file that holds no certificate",
      { args: [...LEAST, "--ca-file", "k"], files: { k: "hush" } },
      /no PEM certificate/,
    ],
    [
      "a missing configuration file",
      { args: [...LEAST, "--config", "none"] },
      /^--config: cannot read none \(ENOENT\)$/,
    ],
    [
      "a file that is not JSON",
      { args: [...LEAST, "--config", "c"], files: { c: '{"api_key":\nhush}' } },
      /^c: not valid JSON/,
    ],
    [
      "a file that is no object",
      { args: [...LEAST, "--config", "c"], files: { c: '["hush"]' } },
      /^c: must be a JSON object/,
    ],
    [
      "an unknown key",
      { args: [...LEAST, "--config", "c"], files: { c: '{"apikey":"hush"}' } },
      /^c: unknown key "apikey"; known are server/,
    ],
    [
      "a value of another type",
      { args: [...LEAST, "--config", "c"], files: { c: '{"machine_id":{"a":"hush"}}' } },
      /"machine_id" must be a text$/,
    ],
    ["an empty list", { args: [...LEAST, "--config", "c"], files: { c: '{"server":[]}' } }, /^c: "server" is empty$/],
  ])("refuses %s with one clear sentence that shows no secret", (_name, sources, expected) => {
    const found = problems(sources);
    expect(found).toHaveLength(1);
    expect(found[0]).toMatch(expected);
    expect(found[0]).not.toContain("hush");
  });

  it("names all problems of all sources in one go", () => {
    const found = problems({
      args: ["--sever", "--interval", "0", "--config", "c"],
      env: { FLEET_AGENT_ENCRYPTION_KEY: "short" },
      files: { c: '{"color":"red"}' },
    });
    expect(found).toHaveLength(6);
  });

  it("sees the flags", () => {
    expect(parseCommandLine(["--once", "--help", "--version"])).toMatchObject({
      once: true,
      help: true,
      version: true,
    });
    expect(parseCommandLine(["-h"]).help).toBe(true);
    expect(parseCommandLine([])).toMatchObject({ once: false, help: false, version: false, problems: [] });
  });
});

function prefixOf(url: string): string {
  return `${new URL(url).pathname.replace(/\/+$/, "")}/api/fleet/report`;
}
