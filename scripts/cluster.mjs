// `npm run cluster`: the cluster of docker-compose.yml as local processes. Kept in old syntax, see setup/node-version.mjs.
import { nodeVersionProblem } from "./setup/node-version.mjs";

const problem = nodeVersionProblem(process.version);
if (problem) {
  console.error(problem);
  process.exitCode = 1;
} else {
  import("./cluster/cluster.mjs").then(({ cluster }) => cluster(process.argv.slice(2)));
}
