import { setTimeout as sleep } from "node:timers/promises";

export interface WaitOptions {
  /** What is waited for, to complete the sentence "timed out waiting for ...". */
  readonly what: string;
  readonly timeoutMs?: number;
  readonly intervalMs?: number;
}

/**
 * Asks again until the condition gives something truthy, and returns that. A condition that throws or rejects is not met
 * yet. After `timeoutMs` (30 s, for machines that are busy with other tests) it throws with what was awaited and how the last try went.
 */
export async function waitFor<T>(
  condition: () => T | Promise<T>,
  { what, timeoutMs = 30_000, intervalMs = 50 }: WaitOptions,
): Promise<Exclude<T, false | null | undefined | "" | 0>> {
  const deadline = performance.now() + timeoutMs;
  for (;;) {
    const attempt = await tryOnce(condition);
    if ("value" in attempt) return attempt.value as Exclude<T, false | null | undefined | "" | 0>;
    if (performance.now() > deadline) {
      throw new Error(`timed out after ${timeoutMs} ms waiting for ${what}; the last try ${attempt.failure}`, {
        cause: attempt.cause,
      });
    }
    await sleep(intervalMs);
  }
}

async function tryOnce<T>(
  condition: () => T | Promise<T>,
): Promise<{ value: T } | { failure: string; cause?: unknown }> {
  try {
    const value = await condition();
    return value ? { value } : { failure: `gave ${String(value)}` };
  } catch (error) {
    return { failure: `failed: ${error instanceof Error ? error.message : String(error)}`, cause: error };
  }
}
