// `npm run screenshots`: takes the pictures of docs/images from a running cluster. Old syntax, as in start.mjs.
import { nodeVersionProblem } from "./setup/node-version.mjs";

const problem = nodeVersionProblem(process.version);
if (problem) {
  console.error(problem);
  process.exitCode = 1;
} else {
  import("./screenshots/screenshots.mjs").then(({ screenshots }) => screenshots());
}
