import { execFileSync } from "node:child_process";
import { missingServers, serverPath } from "../test/servers.mjs";

const PROGRAMS = new Set(["redis-server", "haproxy", "chromium", "openssl"]);

/** The pictures' font: the pages take the system's own, and a system without a desktop has a poor one. */
export const FONT = "Inter";

/** What the pictures need and this machine does not have. */
export function missingForPictures() {
  const missing = missingServers(serverPath()).filter(({ command }) => PROGRAMS.has(command));
  return hasFont() ? missing : [...missing, { command: `the font ${FONT}`, apt: "fonts-inter", brew: "font-inter" }];
}

function hasFont() {
  try {
    return execFileSync("fc-match", ["--format=%{family}", FONT], { encoding: "utf8" }).split(",").includes(FONT);
  } catch {
    return false;
  }
}
