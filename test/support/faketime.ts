import { existsSync, readdirSync } from "node:fs";
import path from "node:path";

const LIBRARY = "faketime/libfaketime.so.1";

/** Variables with which a process sees its wall clock set off, `+1h` or `-1h` say; its monotonic clock runs on as it is. */
export function clockSetOff(offset: string): NodeJS.ProcessEnv {
  const library = readdirSync("/usr/lib")
    .map((folder) => path.join("/usr/lib", folder, LIBRARY))
    .find((file) => existsSync(file));
  if (library === undefined) throw new Error(`${LIBRARY} is not installed below /usr/lib (Debian: faketime)`);
  return { LD_PRELOAD: library, FAKETIME: offset, FAKETIME_DONT_FAKE_MONOTONIC: "1", DONT_FAKE_MONOTONIC: "1" };
}
