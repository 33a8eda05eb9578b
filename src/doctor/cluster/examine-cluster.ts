import { VERSION } from "../../common/version.js";
import type { FleetConfig } from "../../config/config-schema.js";
import type { Check, Examination, Finding } from "../check.js";
import type { ExaminedDatabase } from "../examined-database.js";
import { registryReader } from "../places/registry-readers.js";
import { sessionStoreReader } from "../places/session-store-readers.js";
import { type ClusterFacts, readCluster } from "./cluster-facts.js";
import { judgeNodes, judgeSettings, judgeStarts, judgeVersions } from "./judge-cluster-facts.js";

const FIRST = "cluster.nodes";

/**
 * What the other nodes say of themselves, beside what a node of this configuration would; nothing for a node that runs alone.
 * `needs`: the checks of the database and the registry without which nothing can be read.
 */
export function examineCluster(config: FleetConfig, database: ExaminedDatabase, needs: readonly string[]): Examination {
  const { cluster, sessions } = config;
  if (!cluster.enabled) return { checks: [], close: () => Promise.resolve() };
  const places = { database, registry: registryReader(cluster), sessions: sessionStoreReader(sessions) };
  const timeoutMs = cluster.node_timeout * 1000;
  let reading: Promise<ClusterFacts> | undefined;
  const check = (name: string, judge: (facts: ClusterFacts) => readonly Finding[]): Check => ({
    name,
    needs: name === FIRST ? needs : [FIRST],
    run: async () => judge(await (reading ??= readCluster(config, places))),
  });
  return {
    checks: [
      check(FIRST, (facts) => judgeNodes(facts, timeoutMs)),
      check("cluster.settings", (facts) => judgeSettings(facts, timeoutMs)),
      check("cluster.versions", (facts) => judgeVersions(facts, timeoutMs, VERSION)),
      check("cluster.starts", judgeStarts),
    ],
    close: async () => {
      await places.registry.close();
      await places.sessions.close();
    },
  };
}
