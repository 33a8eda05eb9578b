import net from "node:net";
import { onCleanup } from "./cleanup.js";

/** A line to a server on 127.0.0.1 that can be cut in the middle of what a client says. */
export interface CutLine {
  readonly port: number;
  /** From now on, whatever ends in `end` is passed on without it, and nothing follows on that connection. */
  holdBack(end: Buffer): void;
  /** How often `holdBack` has held something. */
  readonly held: number;
}

export async function startCutLine(serverPort: number): Promise<CutLine> {
  let heldEnd: Buffer | null = null;
  let held = 0;
  const sockets = new Set<net.Socket>();
  const line = net.createServer((client) => {
    const server = net.connect(serverPort, "127.0.0.1");
    let silent = false;
    for (const socket of [client, server]) {
      sockets.add(socket);
      socket.on("error", () => socket.destroy());
    }
    client.on("data", (chunk: Buffer) => {
      if (silent) return;
      silent = heldEnd !== null && chunk.subarray(-heldEnd.length).equals(heldEnd);
      if (silent) held += 1;
      server.write(silent ? chunk.subarray(0, -(heldEnd?.length ?? 0)) : chunk);
    });
    server.on("data", (chunk: Buffer) => client.write(chunk));
    // A frozen process says no goodbye either.
    client.on("close", () => {
      if (!silent) server.destroy();
    });
    server.on("close", () => client.destroy());
  });
  await new Promise<void>((resolve) => line.listen(0, "127.0.0.1", resolve));
  onCleanup(() => {
    line.close();
    for (const socket of sockets) socket.destroy();
  });
  return {
    port: (line.address() as net.AddressInfo).port,
    holdBack: (end) => {
      heldEnd = end;
    },
    get held() {
      return held;
    },
  };
}
