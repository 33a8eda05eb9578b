import { CommandError } from "../command-error.js";

const ENDING = ["SIGINT", "SIGTERM"] as const;

/** Runs work that can be given up cleanly: a signal to end aborts it, and it then throws CommandError. */
export async function interruptible<T>(work: (signal: AbortSignal) => Promise<T>): Promise<T> {
  const controller = new AbortController();
  const abort = (signal: NodeJS.Signals) => {
    controller.abort(new CommandError({ what: `Ended by ${signal}`, fix: "nothing was changed" }));
  };
  for (const signal of ENDING) process.once(signal, abort);
  try {
    return await work(controller.signal);
  } finally {
    for (const signal of ENDING) process.off(signal, abort);
  }
}
