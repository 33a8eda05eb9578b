import { setTimeout as sleep } from "node:timers/promises";
import { testCredentials } from "../support/fleet-node.js";
import { type ClientOptions, HttpClient } from "../support/http-client.js";
import { type Attempt, outcomeOf } from "./attempt.js";

const PATHS = [
  "/api/fleet/machines?limit=100",
  "/api/fleet/current-user",
  "/api/fleet/summary",
  "/dashboard",
  "/api/fleet/cluster/status",
];
const PAUSE_MS = 200;
const SHOWN_TEXT = 160;

/** Somebody who logged in once and goes on looking, in turns, at all there is to see. Nothing is tried twice. */
export class Reader {
  private readonly client: HttpClient;
  private stopping = false;
  private reading: Promise<void> = Promise.resolve();

  /** `place` among the readers says what it looks at first. */
  constructor(
    readonly name: string,
    private readonly place: number,
    url: string,
    options: ClientOptions,
  ) {
    this.client = new HttpClient(url, options);
  }

  async logIn(): Promise<void> {
    await this.client.login(testCredentials.username, testCredentials.password);
  }

  start(onAttempt: (attempt: Attempt) => void): void {
    this.reading = this.read(onAttempt);
  }

  async stop(): Promise<void> {
    this.stopping = true;
    await this.reading;
    this.client.close();
  }

  private async read(onAttempt: (attempt: Attempt) => void): Promise<void> {
    for (let turn = this.place; !this.stopping; turn++) {
      onAttempt(await this.attempt(PATHS[turn % PATHS.length] ?? "/dashboard"));
      await sleep(PAUSE_MS);
    }
  }

  private async attempt(path: string): Promise<Attempt> {
    const startedMs = performance.now();
    const told = () =>
      ({ client: "reader", name: this.name, startedMs, tookMs: performance.now() - startedMs }) as const;
    try {
      const answer = await this.client.get(path);
      const outcome = outcomeOf(answer);
      if (outcome === "answered") return { ...told(), outcome };
      const problem = `${path}: ${answer.status} ${answer.text.slice(0, SHOWN_TEXT)}`;
      return { ...told(), outcome, problem };
    } catch (error) {
      return { ...told(), outcome: "failed", problem: `${path}: ${String(error)}` };
    }
  }
}
