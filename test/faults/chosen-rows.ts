import { type DataBackend, dataBackends } from "./data-backends.js";
import { proxyNames } from "./proxies.js";
import type { Scenario } from "./scenario.js";

interface Place {
  readonly data: DataBackend;
  readonly proxy: string;
}

export interface Choice {
  readonly places: readonly Place[];
  readonly scenarios: readonly Scenario[];
}

/** Where all faults are made. The first place is the one of `npm test`. */
const places: readonly Place[] = [
  { data: "postgresql", proxy: "haproxy" },
  { data: "postgresql", proxy: "nginx" },
  { data: "sqlite", proxy: "haproxy" },
];

/**
 * Which rows to run: `FAULTS=all` for every one, else those of every test; `FAULTS_ONLY` (names, separated by commas),
 * `FAULTS_DATA` and `FAULTS_PROXY` choose among all. The control row is always there. Throws for a name that does not exist.
 */
export function chosenRows(all: readonly Scenario[], env: NodeJS.ProcessEnv): Choice {
  const { FAULTS_ONLY: only, FAULTS_DATA: data, FAULTS_PROXY: proxy } = env;
  const everything = env.FAULTS === "all" || only !== undefined;
  const names = only?.split(",").map((name) =>
    known(
      name.trim(),
      all.map((scenario) => scenario.name),
    ),
  );
  return {
    places: placesFor(data, proxy, everything),
    scenarios: all.filter(
      ({ name, inEveryTest }) => name === "control" || (names?.includes(name) ?? (everything || inEveryTest)),
    ),
  };
}

function placesFor(data: string | undefined, proxy: string | undefined, everything: boolean): readonly Place[] {
  const proxyName = proxy === undefined ? undefined : known(proxy, proxyNames);
  const backend = data === undefined ? undefined : known(data, Object.keys(dataBackends) as DataBackend[]);
  // Whoever names both may combine them as they like.
  if (backend !== undefined && proxyName !== undefined) return [{ data: backend, proxy: proxyName }];
  const chosen = places.filter(
    (place) => place.data === (backend ?? place.data) && place.proxy === (proxyName ?? place.proxy),
  );
  return everything ? chosen : chosen.slice(0, 1);
}

function known<T extends string>(name: string, names: readonly T[]): T {
  const found = names.find((candidate) => candidate === name);
  if (found === undefined) throw new Error(`"${name}" is not one of: ${names.join(", ")}`);
  return found;
}
