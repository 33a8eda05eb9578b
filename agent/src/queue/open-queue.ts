import { mkdirSync } from "node:fs";
import path from "node:path";

import { errorCode } from "../error-code.js";
import { lockFolder } from "./queue-lock.js";
import { type QueueLimits, ReportQueue } from "./report-queue.js";

/** Opens the queue in `<stateFolder>/queue`, for this process alone, or says in half a sentence why that cannot be. */
export async function openQueue(stateFolder: string, limits: QueueLimits): Promise<ReportQueue | { problem: string }> {
  try {
    mkdirSync(stateFolder, { recursive: true, mode: 0o700 });
    if (!(await lockFolder(stateFolder))) return { problem: `another agent uses ${stateFolder}` };
    return new ReportQueue(path.join(stateFolder, "queue"), limits);
  } catch (error) {
    return { problem: `cannot use ${stateFolder} (${errorCode(error, "not usable")})` };
  }
}
