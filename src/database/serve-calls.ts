import { parentPort } from "node:worker_threads";
import { isUnavailable } from "./sqlite-file.js";
import type { AnswerMessage, CallMessage, Operations } from "./worker-protocol.js";

/** The worker's side of WorkerCalls: runs one operation after the other and answers each. */
export function serveCalls(operations: Operations): void {
  parentPort?.on("message", ({ id, operation, input }: CallMessage) => {
    parentPort?.postMessage(answer(operations, id, operation, input));
  });
}

function answer(operations: Operations, id: number, name: string, input: readonly unknown[]): AnswerMessage {
  try {
    const operation = operations[name] as ((...values: readonly unknown[]) => unknown) | undefined;
    if (!operation) throw new Error(`unknown operation ${name}`);
    return { id, result: operation(...input) };
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    const code = error instanceof Error && "code" in error ? String(error.code) : undefined;
    return { id, failure: { message, code, unavailable: isUnavailable(error) } };
  }
}
