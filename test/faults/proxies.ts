import { startHaproxy } from "../support/haproxy.js";
import { startNginx } from "../support/nginx.js";

/** A load balancer with the shipped configuration, in front of nodes that speak TLS. */
export interface Proxy {
  readonly url: string;
  /** PEM of the authority that clients must trust. */
  readonly ca: string;
  /** Waits until it passes requests to so many nodes, as far as it can know. */
  waitForNodes(count: number): Promise<void>;
  stop(): Promise<unknown>;
}

interface ProxyOptions {
  readonly nodePorts: readonly number[];
  readonly nodeCaFile: string;
}

/** By the name that chooses it. */
const proxies: Readonly<Record<string, (options: ProxyOptions) => Promise<Proxy>>> = {
  haproxy: startHaproxy,
  nginx: startNginx,
};

export const proxyNames: readonly string[] = Object.keys(proxies);

export function startProxy(name: string, options: ProxyOptions): Promise<Proxy> {
  const start = proxies[name];
  if (start === undefined) throw new Error(`there is no load balancer "${name}"`);
  return start(options);
}
