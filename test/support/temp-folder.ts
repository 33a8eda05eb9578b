import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { onCleanup } from "./cleanup.js";

/** A new folder that only this user can enter; removed with all it holds when the test file has ended. */
export function makeTempFolder(name = "test"): string {
  const folder = mkdtempSync(path.join(tmpdir(), `fleet-${name}-`));
  onCleanup(() => {
    rmSync(folder, { recursive: true, force: true });
  });
  return folder;
}
