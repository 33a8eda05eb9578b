import { once } from "node:events";
import { type AddressInfo, type Server, type Socket, connect, createServer } from "node:net";
import { onCleanup } from "./cleanup.js";

/** Passes on to a port of 127.0.0.1, from a port of its own that only some clients use, until it is cut. */
export async function startTcpLink(targetPort: number): Promise<TcpLink> {
  const link = new TcpLink(targetPort);
  await link.mend();
  onCleanup(() => link.cut());
  return link;
}

/** A way to a server that can be cut for those who use it, while the server itself runs on for everybody else. */
export class TcpLink {
  private server: Server | null = null;
  private readonly sockets = new Set<Socket>();
  private ownPort = 0;

  constructor(private readonly targetPort: number) {}

  get port(): number {
    return this.ownPort;
  }

  /** Resets every connection and refuses new ones. */
  async cut(): Promise<void> {
    const { server } = this;
    if (server === null) return;
    this.server = null;
    const closed = once(server, "close");
    server.close();
    for (const socket of this.sockets) socket.resetAndDestroy();
    await closed;
  }

  /** From now on nothing passes over the connections there are, and nobody is told; new ones pass. */
  silence(): void {
    for (const socket of this.sockets) socket.unpipe().pause();
  }

  /** Lets connections through again, at the same port as before. */
  async mend(): Promise<void> {
    this.server = createServer((client) => {
      this.pass(client);
    }).listen(this.ownPort, "127.0.0.1");
    await once(this.server, "listening");
    this.ownPort = (this.server.address() as AddressInfo).port;
  }

  private pass(client: Socket): void {
    const target = connect(this.targetPort, "127.0.0.1");
    client.pipe(target).pipe(client);
    for (const [socket, other] of [
      [client, target],
      [target, client],
    ] as const) {
      this.sockets.add(socket);
      socket.on("error", () => other.destroy());
      socket.on("close", () => {
        this.sockets.delete(socket);
        other.destroy();
      });
    }
  }
}
