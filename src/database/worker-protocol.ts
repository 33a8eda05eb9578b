/** Messages between the main thread and a database worker thread; see worker-calls.ts and serve-calls.ts. */
export interface CallMessage {
  readonly id: number;
  readonly operation: string;
  readonly input: readonly unknown[];
}

export interface AnswerMessage {
  readonly id: number;
  readonly result?: unknown;
  readonly failure?: { readonly message: string; readonly code: string | undefined; readonly unavailable: boolean };
}

/** What a worker offers: named synchronous operations on structured-cloneable values. */
export type Operations = Record<string, (...input: never[]) => unknown>;
