import { IncomingMessage, ServerResponse } from "node:http";
import { Socket } from "node:net";
import { ApiKeyLimits } from "../../../src/auth/api-keys/api-key-limits.js";
import { allowanceOf } from "../../../src/auth/api-keys/api-key-use.js";
import type { CounterChange, LoginCounters } from "../../../src/auth/throttling/login-counters.js";
import { BackendUnavailableError } from "../../../src/common/fleet-error.js";
import type { ServerConfig } from "../../../src/config/config.module.js";

describe("what a key may still do in its minute", () => {
  it.each<[shared: number, sent: number, pending: number, nowMs: number, expected: ReturnType<typeof allowanceOf>]>([
    [0, 0, 0, 60_000, { allowed: true, remaining: 9, resetSeconds: 60 }],
    [4, 3, 2, 119_999, { allowed: true, remaining: 0, resetSeconds: 1 }],
    [4, 3, 3, 90_000, { allowed: false, remaining: 0, resetSeconds: 30 }],
    [50, 0, 0, 90_500, { allowed: false, remaining: 0, resetSeconds: 30 }],
  ])("after %i + %i + %i of 10 requests at %i ms", (shared, sent, pending, nowMs, expected) => {
    expect(allowanceOf({ shared, sent, pending }, 10, nowMs)).toEqual(expected);
  });
});

describe("the limits of API keys", () => {
  let nowMs = 600_000;
  const limitsWith = (increment: (changes: readonly CounterChange[]) => Promise<number[]>) =>
    new ApiKeyLimits({ api_key_requests_per_minute: 3 } as ServerConfig, { increment } as unknown as LoginCounters, {
      nowMs: () => nowMs,
    });
  const send = (limits: ApiKeyLimits, id = "key", requestsPerMinute: number | null = null) => {
    try {
      limits.take({ id, requestsPerMinute }, new ServerResponse(new IncomingMessage(new Socket())));
      return "let in";
    } catch (error) {
      return (error as { code: string }).code;
    }
  };

  it("hold on while the shared counters are away, or never answer", async () => {
    for (const counters of [
      () => Promise.reject(new BackendUnavailableError("store")),
      () => new Promise<number[]>(() => undefined),
    ]) {
      const limits = limitsWith(counters);
      const answers: string[] = [];
      for (let request = 0; request < 4; request++) {
        answers.push(send(limits));
        await Promise.resolve();
      }
      expect(answers).toEqual(["let in", "let in", "let in", "TOO_MANY_REQUESTS"]);
    }
  });

  it("count what other nodes have let in, begin anew each minute, and are each key's own", async () => {
    const told: CounterChange[] = [];
    const limits = limitsWith((changes) => {
      told.push(...changes);
      return Promise.resolve([3]);
    });
    expect(send(limits)).toBe("let in");
    await new Promise(setImmediate);
    expect(send(limits)).toBe("TOO_MANY_REQUESTS");
    expect(told).toEqual([{ key: "api-key:key:10", seconds: 120, by: 1 }]);
    expect(send(limits, "other", 100)).toBe("let in");
    nowMs += 60_000;
    expect(send(limits)).toBe("let in");
  });
});
