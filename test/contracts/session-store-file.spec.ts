import { rename, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { FileSessionStore } from "../../src/sessions/store/file-session-store.js";
import { sessionKeyOf } from "../../src/sessions/store/session-key.js";
import { makeTempFolder } from "../support/temp-folder.js";
import { testSessionStore } from "./session-store.contract.js";

testSessionStore({
  name: "file",
  open() {
    const folder = join(makeTempFolder("sessions"), "data", "sessions");
    return Promise.resolve({
      settings: { backend: "file" as const, session_dir: folder },
      node: (ttlSeconds: number) => FileSessionStore.open(folder, ttlSeconds),
      damage: (sessionId: string) => writeFile(join(folder, sessionKeyOf(sessionId), "session.json"), '{"cookie":'),
      breakDown: () => rename(folder, `${folder}.away`),
      repair: () => rename(`${folder}.away`, folder),
    });
  },
});
