// `npm run simulate`: a fleet of simulated machines that reports to running nodes.
import { OptionError, USAGE, readOptions } from "./simulator/read-options.mjs";
import { Latencies } from "./simulator/latencies.mjs";
import { Simulator } from "./simulator/simulator.mjs";

try {
  await simulate(readOptions(process.argv.slice(2)));
} catch (error) {
  if (!(error instanceof OptionError)) throw error;
  console.error(`${error.message}\n\n${USAGE}`);
  process.exitCode = 1;
}

/** @param {ReturnType<typeof readOptions>} options */
async function simulate({ simulator: options, durationMs }) {
  const simulator = new Simulator(options);
  const startedAt = performance.now();
  const all = new Latencies();
  let [answeredBefore, shownAt] = [0, startedAt];
  simulator.start();
  const show = () => {
    const now = performance.now();
    const rate = ((simulator.answered - answeredBefore) * 1000) / (now - shownAt);
    [answeredBefore, shownAt] = [simulator.answered, now];
    const times = simulator.latencies;
    const line = `${rate.toFixed(0)} reports/s  ${simulator.errors} errors  p50 ${ms(times.quantile(0.5))}  p99 ${ms(times.quantile(0.99))}  waiting ${simulator.waiting}`;
    if (process.stdout.isTTY) process.stdout.write(`\r\x1b[K${line}`);
    else console.log(line);
    all.merge(times);
    times.clear();
  };
  const progress = setInterval(show, process.stdout.isTTY ? 1_000 : 5_000);
  await ended(durationMs);
  const seconds = (performance.now() - startedAt) / 1000;
  clearInterval(progress);
  await simulator.stop();
  show();
  const { sent, answered, errors, silent, restarts, problems } = simulator;
  console.log(`${process.stdout.isTTY ? "\n" : ""}${options.machines} machines for ${seconds.toFixed(1)} s`);
  console.log(`  ${sent} reports, ${answered} accepted (${(answered / seconds).toFixed(0)}/s), ${errors} errors`);
  console.log(`  p50 ${ms(all.quantile(0.5))}  p99 ${ms(all.quantile(0.99))}  longest ${ms(all.maxMs)}`);
  console.log(`  ${restarts} restarts of machines, ${silent} reports not sent because the machine was silent`);
  for (const [problem, count] of problems) console.log(`  ${count} x ${problem}`);
  if (errors > 0 && !options.resend) process.exitCode = 1;
}

/** After so long, or when the user has had enough. @param {number} durationMs @returns {Promise<void>} */
function ended(durationMs) {
  return new Promise((resolve) => {
    if (durationMs !== Infinity) setTimeout(resolve, durationMs);
    process.once("SIGINT", resolve);
    process.once("SIGTERM", resolve);
  });
}

/** @param {number} value */
function ms(value) {
  return `${value < 10 ? value.toFixed(1) : value.toFixed(0)} ms`;
}
