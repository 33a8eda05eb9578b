import { retryAfterMs } from "./back-off.js";
import { type Decision, readBatchAnswer, type ReportFate } from "./batch-answer.js";
import { describeAnswer, judgeAnswer, type ServerAnswer } from "./server-answer.js";
import type { ServerConnection } from "./server-connection.js";

// A server that does not know batches may be replaced by a newer one.
const ONE_BY_ONE_MS = 10 * 60_000;

/** A server as this agent knows it: whether it may be asked now, and whether it takes several reports at once. */
export class FleetServer {
  /** The server asked to be left alone until then (monotonic milliseconds). */
  notBeforeMs = 0;
  private oneByOneUntilMs = 0;

  constructor(private readonly connection: ServerConnection) {}

  get name(): string {
    return this.connection.name;
  }

  /** What became of the report; rejects with a sentence when the server has not decided on it. */
  async post(body: string): Promise<[Decision]> {
    const answer = await this.connection.post(body);
    switch (judgeAnswer(answer.status)) {
      case "accepted":
        return [{ fate: "taken" }];
      case "refused":
        return [{ fate: "refused", reason: describeAnswer(answer) }];
      case "later":
      case "unwelcome":
        throw this.undecided(answer);
    }
  }

  /** What became of the first one or more of `bodies`, in order; rejects like `post`. */
  async postSome(bodies: [string, ...string[]]): Promise<ReportFate[]> {
    if (bodies.length === 1 || performance.now() < this.oneByOneUntilMs) return this.post(bodies[0]);
    const answer = await this.connection.postBatch(bodies);
    if (judgeAnswer(answer.status) === "accepted") {
      const fates = readBatchAnswer(answer.body, bodies.length);
      if (fates === null) throw new Error(`${answer.status}, but not the answer of a Fleet Server to a batch`);
      return fates;
    }
    if (!refusesBatches(answer.status)) throw this.undecided(answer);
    this.oneByOneUntilMs = performance.now() + ONE_BY_ONE_MS;
    return this.post(bodies[0]);
  }

  private undecided(answer: ServerAnswer): Error {
    const waitMs = retryAfterMs(answer.retryAfter, answer.date, Date.now());
    if (waitMs !== null) this.notBeforeMs = performance.now() + waitMs;
    return new Error(describeAnswer(answer));
  }
}

/** An older server knows no such path. Whatever else is wrong with a batch as a whole, single reports are judged by themselves. */
function refusesBatches(status: number): boolean {
  if (status === 404 || status === 405 || status === 501) return true;
  // 413: a smaller one may pass.
  return judgeAnswer(status) === "refused" && status !== 413;
}
