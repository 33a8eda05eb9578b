import { readFileSync } from "node:fs";
import path from "node:path";
import { parse } from "yaml";
import { projectRoot } from "../support/project-root.js";

/** What of a service the tests look at, as docker-compose.yml writes it. */
export interface ComposeService {
  readonly image?: string;
  readonly build?: { readonly context: string; readonly target: string };
  readonly profiles: readonly string[];
  readonly restart?: string;
  readonly read_only?: boolean;
  readonly privileged?: boolean;
  readonly network_mode?: string;
  readonly user?: string;
  readonly cap_drop?: readonly string[];
  readonly cap_add?: readonly string[];
  readonly security_opt?: readonly string[];
  readonly environment?: Readonly<Record<string, string>>;
  readonly healthcheck?: { readonly test: readonly string[] };
  readonly stop_grace_period?: string;
  readonly depends_on?: Readonly<Record<string, { readonly condition: string }>>;
  readonly volumes?: readonly string[];
  readonly ports?: readonly string[];
  readonly secrets?: readonly (string | { readonly source: string; readonly target: string })[];
  readonly extra_hosts?: readonly string[];
  readonly networks: readonly string[] | Readonly<Record<string, { readonly ipv4_address?: string }>>;
}

interface ComposeFile {
  readonly services: Readonly<Record<string, ComposeService>>;
  readonly networks: Readonly<Record<string, { readonly internal?: boolean }>>;
  readonly volumes: Readonly<Record<string, unknown>>;
  readonly secrets: Readonly<Record<string, { readonly file: string }>>;
}

export const composeText = readFileSync(path.join(projectRoot, "docker-compose.yml"), "utf8");

/** The file with its anchors resolved; variables stand in it as they are written. */
export const composeFile = parse(composeText, { merge: true, maxAliasCount: -1 }) as ComposeFile;

export const services = Object.entries(composeFile.services);

/** The names of a service's secrets. */
export function secretsOf({ secrets = [] }: ComposeService): string[] {
  return secrets.map((secret) => (typeof secret === "string" ? secret : secret.source));
}

/** A service's own address in the network of the proxy and the nodes; undefined where it has none. */
export function addressOf(service: ComposeService | undefined): string | undefined {
  const networks = service?.networks;
  return networks === undefined || isList(networks) ? undefined : networks.front?.ipv4_address;
}

function isList(networks: ComposeService["networks"]): networks is readonly string[] {
  return Array.isArray(networks);
}
