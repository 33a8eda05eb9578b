// `npm run test:faults`: breaks a running cluster in every way and shows what its clients notice. Old syntax, as in test.mjs.
import { nodeVersionProblem } from "./setup/node-version.mjs";

const problem = nodeVersionProblem(process.version);
if (problem) {
  console.error(problem);
  process.exitCode = 1;
} else {
  import("./test/faults.mjs").then(({ faults }) => faults(process.argv.slice(2)));
}
