import { spawnSync } from "node:child_process";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { parse } from "yaml";
import { makeSecrets } from "../../scripts/secrets/make-secrets.mjs";
import { loadConfig } from "../../src/config/load-config.js";
import { projectRoot } from "../support/project-root.js";
import { makeTempFolder } from "../support/temp-folder.js";
import { addressOf, composeFile, composeText, secretsOf, services } from "./compose-file.js";

const PROFILES = {
  full: ["node1", "node2", "node3", "redis", "postgres", "haproxy", "prometheus", "grafana"],
  nginx: ["node1", "node2", "node3", "redis", "postgres", "nginx", "prometheus", "grafana"],
  minimal: ["single"],
};
const profiles = Object.keys(PROFILES) as (keyof typeof PROFILES)[];
const secrets = makeTempFolder("secrets");
makeSecrets(secrets, { databaseHost: "postgres:5432" });

/** Compose's own opinion of the file, with these lines in `.env`. */
function compose(env: readonly string[], ...args: readonly string[]) {
  const envFile = path.join(makeTempFolder("env"), ".env");
  writeFileSync(envFile, env.map((line) => `${line}\n`).join(""));
  return spawnSync("docker-compose", ["--env-file", envFile, "-f", "docker-compose.yml", ...args], {
    cwd: projectRoot,
    env: { PATH: process.env.PATH, HOME: process.env.HOME },
    encoding: "utf8",
  });
}

const seconds = (duration: string | undefined) => Number(/^(\d+)s$/.exec(duration ?? "")?.[1]);
const enabledIn = (profile: string) => services.filter(([, service]) => service.profiles.includes(profile));

describe("docker-compose.yml", () => {
  it.each(profiles)("is valid with the profile %s", (profile) => {
    const { status, stdout, stderr } = compose([`FLEET_SECRETS=${secrets}`], "--profile", profile, "config");
    expect([status, stderr]).toEqual([0, ""]);
    const { services: resolved } = parse(stdout) as { services: Record<string, unknown> };
    for (const name of PROFILES[profile]) expect(Object.keys(resolved)).toContain(name);
  });

  it("says how to make the secrets where there are none", () => {
    const { status, stderr } = compose([], "config");
    expect(status).not.toBe(0);
    expect(stderr).toContain("make the secrets first, by: npm run secrets");
  });

  it.each(profiles)("starts with the profile %s what it promises, and what that needs", (profile) => {
    const names = enabledIn(profile).map(([name]) => name);
    expect(names.sort()).toEqual([...PROFILES[profile]].sort());
    for (const [, { depends_on = {} }] of enabledIn(profile)) {
      for (const [name, { condition }] of Object.entries(depends_on)) {
        expect([name, names.includes(name), condition]).toEqual([name, true, "service_healthy"]);
      }
    }
  });

  it.each(services)("gives %s no right that it can do without, and notices when it is ill", (_, service) => {
    expect(service).toMatchObject({ restart: "unless-stopped", read_only: true, cap_drop: ["ALL"] });
    expect(service.security_opt).toEqual(["no-new-privileges:true"]);
    expect([service.cap_add, service.privileged, service.network_mode]).toEqual([undefined, undefined, undefined]);
    expect(service.healthcheck?.test[0]).toMatch(/^CMD(-SHELL)?$/);
    expect(seconds(service.stop_grace_period)).toBeGreaterThanOrEqual(15);
    // A tag that moves would change what runs without anybody's doing.
    expect(service.image).toMatch(/:(v?\d+\.\d+|\d+-|\$\{FLEET_VERSION:-\d)/);
  });

  it("mounts only files that are there, and no folder for writing", () => {
    for (const [name, { volumes = [] }] of services) {
      for (const volume of volumes) {
        const [source = "", , mode] = volume.split(":");
        const isFile = source.startsWith("./");
        const place = isFile ? existsSync(path.join(projectRoot, source)) : source in composeFile.volumes;
        expect([name, volume, place, mode]).toEqual([name, volume, true, isFile ? "ro" : undefined]);
      }
    }
  });

  it("holds no password: each is a file that `npm run secrets` makes", () => {
    for (const [name, { file }] of Object.entries(composeFile.secrets)) {
      const [, below = ""] = /^\$\{FLEET_SECRETS:\?[^}]+\}\/(.+)$/.exec(file) ?? [];
      expect([name, existsSync(path.join(secrets, below || "none"))]).toEqual([name, true]);
    }
    for (const [, service] of services) {
      for (const [variable, value] of Object.entries(service.environment ?? {})) {
        if (/password|secret|key|token/i.test(variable)) expect(value).toMatch(/^\/run\/secrets\//);
      }
      expect(secretsOf(service).every((secret) => secret in composeFile.secrets)).toBe(true);
    }
    expect(composeText).not.toMatch(/password\s*[:=]\s*["']?[\w-]{4,}["']?\s*$/im);
    const ignored = readFileSync(path.join(projectRoot, ".gitignore"), "utf8").split("\n");
    expect(ignored).toEqual(expect.arrayContaining(["/secrets/", "/.env"]));
  });

  it("publishes the proxies' ports and no others, but for the host itself", () => {
    const published = services.flatMap(([name, { ports = [] }]) => ports.map((port) => `${name} ${port}`));
    expect(published).toEqual([
      "haproxy ${FLEET_HTTPS_PORT:-443}:8443",
      "haproxy ${FLEET_HTTP_PORT:-80}:8080",
      "nginx ${FLEET_HTTPS_PORT:-443}:443",
      "nginx ${FLEET_HTTP_PORT:-80}:80",
      "grafana 127.0.0.1:${FLEET_GRAFANA_PORT:-3000}:3000",
      "single ${FLEET_HTTPS_PORT:-443}:8768",
    ]);
    for (const name of ["redis", "postgres"]) expect(composeFile.services[name]?.networks).toEqual(["data"]);
    expect(composeFile.networks.data?.internal).toBe(true);
  });

  it.each(["haproxy", "nginx"])("lets %s find the nodes also when they start later", (name) => {
    const address = (service: string) => addressOf(composeFile.services[service]);
    const names = ["server-01", "server-02", "server-03"];
    const hosts = composeFile.services[name]?.extra_hosts;
    expect(hosts).toEqual(names.map((host, index) => `${host}:${address(`node${index + 1}`)}`));
    const file = readFileSync(
      path.join(projectRoot, `config/${name === "nginx" ? "nginx.conf" : "haproxy.cfg"}`),
      "utf8",
    );
    expect([...new Set(file.match(/server-\d+/g))].sort()).toEqual(names);
    expect(composeFile.services.node1?.environment?.FLEET_SERVER__TRUST_PROXY).toBe(address(name));
  });

  // Secrets lie elsewhere here than in a container.
  const places = Object.fromEntries(
    Object.entries(composeFile.secrets).map(([name, { file }]) => [
      `/run/secrets/${name}`,
      path.join(secrets, path.basename(file)),
    ]),
  );
  const nodeFile = path.join(makeTempFolder("node"), "config.yaml");
  const shipped = readFileSync(path.join(projectRoot, "config/compose-node.yaml"), "utf8");
  const local = (text: string) => text.replace(/\/run\/secrets\/\w+/g, (place) => places[place] ?? "not mounted");
  writeFileSync(nodeFile, local(shipped));

  it.each(["node1", "node2", "node3", "single"])("gives %s a configuration that is valid, and its secrets", (name) => {
    const service = composeFile.services[name];
    if (service === undefined) throw new Error(`there is no service ${name}`);
    const env = Object.fromEntries(
      Object.entries(service.environment ?? {}).map(([key, value]) => [
        key,
        local(value).replace(/\$\{FLEET_NETWORK:-([\d.]+)\}/, "$1"),
      ]),
    );
    const config = loadConfig({ file: nodeFile, env });
    expect(config.cluster.enabled).toBe(name !== "single");
    if (config.cluster.enabled) expect(config.cluster.node_id).toBe(name);
    expect(config.server.trust_proxy).toEqual(name === "single" ? [] : ["172.30.87.10"]);
    // What is asked for is mounted: the file's own, and what the environment names besides.
    const wanted =
      [shipped, ...Object.values(service.environment ?? {})].join("\n").match(/\/run\/secrets\/\w+/g) ?? [];
    const mounted = secretsOf(service).map((secret) => `/run/secrets/${secret}`);
    expect(mounted.sort()).toEqual([...new Set(wanted)].sort());
    expect(seconds(service.stop_grace_period)).toBeGreaterThan(config.server.shutdown_timeout);
    expect(config.server.shutdown_timeout).toBeGreaterThan(config.server.drain_seconds);
  });
});
