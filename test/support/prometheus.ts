import { readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { parse, stringify } from "yaml";
import { type RunningProcess, startProcess } from "./child-process.js";
import { freePort } from "./free-port.js";
import { HttpClient } from "./http-client.js";
import { projectRoot } from "./project-root.js";
import { makeTempFolder } from "./temp-folder.js";
import { waitFor } from "./wait-for.js";

/** The files that operators use, as they are. */
export const CONFIG_FILE = path.join(projectRoot, "config/prometheus.yml");
export const ALERTS_FILE = path.join(projectRoot, "config/alerts.yml");

export interface Sample {
  readonly metric: Readonly<Record<string, string>>;
  /** NaN where something was divided by nothing. */
  readonly value: number;
}

interface ShippedConfig {
  readonly global: object;
  readonly scrape_configs: readonly { readonly static_configs: readonly object[] }[];
}

/** Starts the real Prometheus with the shipped configuration, but for addresses and pace, and waits until it is ready. */
export async function startPrometheus(targets: readonly string[]): Promise<Prometheus> {
  const folder = makeTempFolder("prometheus");
  const shipped = parse(readFileSync(CONFIG_FILE, "utf8")) as ShippedConfig;
  const config = {
    ...shipped,
    global: { scrape_interval: "1s", evaluation_interval: "1s" },
    rule_files: [ALERTS_FILE],
    scrape_configs: shipped.scrape_configs.map((job) => ({
      ...job,
      scrape_timeout: "1s",
      static_configs: job.static_configs.map((group) => ({ ...group, targets })),
    })),
  };
  const file = path.join(folder, "prometheus.yml");
  writeFileSync(file, stringify(config));
  const port = await freePort();
  const running = startProcess("prometheus", [
    `--config.file=${file}`,
    `--storage.tsdb.path=${path.join(folder, "data")}`,
    `--web.listen-address=127.0.0.1:${port}`,
    "--log.level=warn",
  ]);
  const prometheus = new Prometheus(`http://127.0.0.1:${port}`, running);
  await prometheus.waitUntilReady();
  return prometheus;
}

/** A running Prometheus, asked over its HTTP API. */
export class Prometheus {
  private readonly client: HttpClient;

  constructor(
    url: string,
    private readonly process: RunningProcess,
  ) {
    this.client = new HttpClient(url);
  }

  async waitUntilReady(): Promise<void> {
    const isReady = async () => {
      if (this.process.exit !== null) throw new Error(this.process.output);
      return (await this.client.get("/-/ready")).status === 200;
    };
    await waitFor(isReady, { what: "Prometheus to be ready" });
  }

  /** What the expression gives now. Throws where Prometheus does not understand it. */
  async query(expression: string): Promise<Sample[]> {
    const answer = await this.client.post("/api/v1/query", { form: { query: expression } });
    if (answer.status !== 200) throw new Error(`${expression}: ${answer.text}`);
    const { data } = answer.json() as { data: { result: { metric: Sample["metric"]; value: [number, string] }[] } };
    return data.result.map(({ metric, value }) => ({ metric, value: Number(value[1]) }));
  }

  /** Of every alert rule its name, its expression, and how its last evaluation went. */
  async rules(): Promise<{ name: string; query: string; health: string }[]> {
    const answer = await this.client.get("/api/v1/rules?type=alert");
    const { data } = answer.json() as {
      data: { groups: { rules: { name: string; query: string; health: string }[] }[] };
    };
    return data.groups.flatMap(({ rules }) => rules);
  }

  async stop(): Promise<void> {
    this.client.close();
    await this.process.stop();
  }
}
