import path from "node:path";
import { type FleetNode, startFleetNode } from "../support/fleet-node.js";
import { makeTempFolder } from "../support/temp-folder.js";

type Settings = Readonly<Record<string, unknown>>;
type Sections = Readonly<Record<string, Settings>>;

/** What the nodes of one cluster have in common: a SQLite database, a folder of sessions and a registry. */
export class NodesOnOneDatabase {
  readonly databasePath: string;
  private readonly common: Sections & { readonly server: Settings; readonly cluster: Settings };

  /** `sections` are laid over a registry in a file, a heartbeat of 1 s and a node time-out of 3 s. */
  constructor(sections: Sections = {}) {
    const folder = makeTempFolder("cluster");
    this.databasePath = path.join(folder, "fleet.sqlite3");
    this.common = {
      ...sections,
      server: { db_path: this.databasePath, ...sections.server },
      sessions: { backend: "file", session_dir: path.join(folder, "sessions"), ...sections.sessions },
      cluster: {
        enabled: true,
        state_path: path.join(folder, "cluster-state.json"),
        heartbeat_interval: 1,
        node_timeout: 3,
        ...sections.cluster,
      },
    };
  }

  /** The configuration of one of them, which may have `server` settings of its own. */
  config(node_id: string, server: Settings = {}): Sections {
    const { common } = this;
    return { ...common, server: { ...common.server, ...server }, cluster: { ...common.cluster, node_id } };
  }

  start(nodeId: string, server: Settings = {}): Promise<FleetNode> {
    return startFleetNode({ config: this.config(nodeId, server) });
  }
}
