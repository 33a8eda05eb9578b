// `npm start`: sets the checkout up and runs it. Kept in old syntax, see setup/node-version.mjs.
import { nodeVersionProblem } from "./setup/node-version.mjs";

const problem = nodeVersionProblem(process.version);
if (problem) {
  console.error(problem);
  process.exitCode = 1;
} else {
  import("./start/start.mjs").then(({ start }) => start(process.argv.slice(2)));
}
