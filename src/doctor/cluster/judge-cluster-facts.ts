import { isOfOtherDatabase } from "../../cluster/membership/observe.js";
import type { NodeRecord } from "../../cluster/node-record.js";
import { DATABASE, differingSettings } from "../../cluster/settings/compare-settings.js";
import { type Finding, failure, ok, warning } from "../check.js";
import type { ClusterFacts, SeenRecord } from "./cluster-facts.js";

/** How this configuration is named beside the nodes. */
const THIS = "this configuration";

interface RunningNode extends SeenRecord {
  readonly record: NodeRecord;
}

/** Those heard of within the time-out that have not said farewell; one that refuses to serve says that it has stopped. */
function runningNodes({ records }: Pick<ClusterFacts, "records">, timeoutMs: number): readonly RunningNode[] {
  return records.flatMap((seen) => {
    const { record } = seen.opened;
    if (!record || seen.ageMs >= timeoutMs) return [];
    return record.state !== "stopped" || record.admitted === false ? [{ ...seen, record }] : [];
  });
}

export function judgeNodes(facts: ClusterFacts, timeoutMs: number): Finding[] {
  const running = runningNodes(facts, timeoutMs);
  const refused = facts.records.filter(({ opened, ageMs }) => opened.rejected !== undefined && ageMs < timeoutMs);
  const named = running.map(({ nodeId }) => nodeId).sort();
  return [
    ok(named.length === 0 ? "no node of the cluster runs" : `running: ${named.join(", ")}`),
    ...refused.map(({ nodeId, opened: { rejected } }) =>
      warning({
        what: `the record of ${nodeId} is not believed (${rejected ?? ""}): another cluster.secret, or another cluster's database`,
        fix: "give all nodes of a cluster the same cluster.secret and database, and each cluster a registry of its own",
      }),
    ),
  ];
}

export function judgeSettings(facts: ClusterFacts, timeoutMs: number): Finding[] {
  const running = runningNodes(facts, timeoutMs);
  if (running.length === 0) return [];
  const compared = new Map([[THIS, facts.fingerprints]]);
  for (const { nodeId, record } of running) if (record.fingerprints) compared.set(nodeId, record.fingerprints);
  const odd = [...differingSettings(compared)].filter(([, settings]) => settings.length > 0);
  if (odd.length === 0) return [ok(`the running nodes and this configuration agree (${running.length} compared)`)];
  return odd.map(([name, settings]) =>
    warning({
      what: `${name} has otherwise than most: ${settings.join(", ")}`,
      fix: name === THIS ? "set them as the running nodes have them" : `correct them there, and restart ${name}`,
    }),
  );
}

export function judgeVersions(facts: ClusterFacts, timeoutMs: number, own: string): Finding[] {
  const running = runningNodes(facts, timeoutMs);
  const odd = running.filter(({ record }) => record.version !== own);
  if (running.length === 0) return [];
  if (odd.length === 0) return [ok(`all run ${own}, as this program does`)];
  const named = odd.map(({ nodeId, record }) => `${nodeId} runs ${record.version}`).sort();
  return [
    warning({ what: `${named.join(", ")}; this program is ${own}`, fix: "update the nodes one after the other" }),
  ];
}

/** After an older copy of the database was restored nodes would take their own former records for newer processes. */
export function judgeStarts({ records, starts, fingerprints }: ClusterFacts): Finding[] {
  const unknown = records.filter(({ nodeId, opened: { record } }) => {
    // Another database numbers its starts by itself.
    if (!record || isOfOtherDatabase(record, fingerprints[DATABASE])) return false;
    return record.incarnation > (starts.get(nodeId) ?? 0);
  });
  if (unknown.length === 0) return [ok("every start that the registry tells of is numbered in the database")];
  const named = unknown.map(({ nodeId }) => nodeId).sort();
  return [
    failure({
      what: `the registry tells of later starts than the database has numbered (${named.join(", ")}): these nodes exit with 78`,
      fix: "stop all nodes and run `fleet-server restore --finish`, as after every restore by other means",
    }),
  ];
}
