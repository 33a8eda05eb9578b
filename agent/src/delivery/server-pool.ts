import type { FleetServer } from "./fleet-server.js";

/** `fates`: what `server` decided; `failures`: what was wrong with those tried before it, or with all. */
export type Round<Fate> = { server: string; fates: Fate; failures: string[] } | { server: null; failures: string[] };

/** The servers in the order they are tried: the one that decided last comes first. */
export class ServerPool {
  private readonly servers: FleetServer[];

  constructor(servers: FleetServer[]) {
    this.servers = [...servers];
  }

  /** When a server may be asked again, monotonic milliseconds; now or earlier mostly. */
  get openAtMs(): number {
    return Math.min(...this.servers.map((server) => server.notBeforeMs));
  }

  /** Asks every server that may be asked now, each once, until one decides. */
  async ask<Fate>(post: (server: FleetServer) => Promise<Fate>): Promise<Round<Fate>> {
    const failures: string[] = [];
    for (const server of [...this.servers]) {
      if (server.notBeforeMs > performance.now()) continue;
      try {
        const fates = await post(server);
        this.servers.splice(this.servers.indexOf(server), 1);
        this.servers.unshift(server);
        return { server: server.name, fates, failures };
      } catch (error) {
        failures.push(`${server.name}: ${error instanceof Error ? error.message : String(error)}`);
      }
    }
    return { server: null, failures };
  }
}
