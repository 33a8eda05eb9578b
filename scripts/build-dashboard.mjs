import { fileURLToPath } from "node:url";
import { buildDashboard } from "./setup/dashboard.mjs";

const problem = await buildDashboard(fileURLToPath(new URL("..", import.meta.url)));
if (problem !== "") {
  process.stderr.write(problem);
  process.exitCode = 1;
}
