import { createHash } from "node:crypto";
import { once } from "node:events";
import { realpathSync, rmSync } from "node:fs";
import { connect, createServer, type Server } from "node:net";
import path from "node:path";

import { errorCode } from "../error-code.js";

/**
 * Keeps a folder to one process at a time, by a socket that the operating system takes back however the process ends, so that no
 * lock is ever left behind. Resolves to false when another process has it; rejects when no socket can be made.
 */
export async function lockFolder(folder: string): Promise<boolean> {
  const address = lockAddress(realpathSync(folder), process.platform);
  if (await listens(address)) return true;
  // Where sockets are files (neither Linux nor Windows), the file of a killed process stays and nobody answers there.
  if (!path.isAbsolute(address) || process.platform === "win32" || (await answers(address))) return false;
  rmSync(address, { force: true });
  return listens(address);
}

/** Linux: a name without a file (unix(7), abstract). Windows: a named pipe. Elsewhere: a socket file in the folder. */
export function lockAddress(folder: string, platform: NodeJS.Platform): string {
  const name = `fleet-agent-${createHash("sha256").update(folder).digest("hex").slice(0, 32)}`;
  if (platform === "linux") return `\0${name}`;
  return platform === "win32" ? `\\\\.\\pipe\\${name}` : path.posix.join(folder, "lock");
}

async function listens(address: string): Promise<boolean> {
  const server: Server = createServer((socket) => socket.destroy());
  try {
    server.listen(address);
    await once(server, "listening");
    server.unref();
    return true;
  } catch (error) {
    if (errorCode(error, "") === "EADDRINUSE") return false;
    throw error;
  }
}

async function answers(address: string): Promise<boolean> {
  const socket = connect(address);
  try {
    await once(socket, "connect");
    return true;
  } catch {
    return false;
  } finally {
    socket.destroy();
  }
}
