import { BackendUnavailableError } from "../../common/fleet-error.js";

/** The error for a session store that cannot be used, whatever its technology. */
export function storeUnavailable(cause: unknown): BackendUnavailableError {
  return cause instanceof BackendUnavailableError ? cause : new BackendUnavailableError("session store", cause);
}

/** Hands the outcome of a store's work to express-session's callback; any failure means that the store is unavailable. */
export async function answerCallback<T>(
  work: Promise<T>,
  callback: ((error: unknown, value?: T) => void) | undefined,
): Promise<void> {
  let value: T;
  try {
    value = await work;
  } catch (error) {
    callback?.(storeUnavailable(error));
    return;
  }
  callback?.(null, value);
}

/** The outcome of a store's work, for callers that wait for it; any failure means that the store is unavailable. */
export async function orUnavailable<T>(work: Promise<T>): Promise<T> {
  try {
    return await work;
  } catch (error) {
    throw storeUnavailable(error);
  }
}

/** The same items; a failure to read on means that the store is unavailable. */
export async function* itemsOrUnavailable<T>(items: AsyncIterable<T>): AsyncGenerator<T> {
  try {
    yield* items;
  } catch (error) {
    throw storeUnavailable(error);
  }
}
