// `npm test`: sets the machine up and runs every check and every test. Kept in old syntax, see setup/node-version.mjs.
import { nodeVersionProblem } from "./setup/node-version.mjs";

const problem = nodeVersionProblem(process.version);
if (problem) {
  console.error(problem);
  console.log("0 passed, 1 failed");
  process.exitCode = 1;
} else {
  import("./test/test.mjs").then(({ test }) => test(process.argv.slice(2)));
}
