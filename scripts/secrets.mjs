// `npm run secrets`: makes what docker-compose.yml needs and no file may have by default. Kept in old syntax, see
// setup/node-version.mjs. It needs no installed packages, so that a host for containers alone can run it too.
import { nodeVersionProblem } from "./setup/node-version.mjs";

const problem = nodeVersionProblem(process.version);
if (problem) {
  console.error(problem);
  process.exitCode = 1;
} else {
  import("./secrets/secrets.mjs").then(({ secrets }) => secrets(process.argv.slice(2)));
}
