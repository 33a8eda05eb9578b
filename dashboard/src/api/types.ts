/** What the server answers, as CONTRACT sections 4 and 5 have it. Times are ISO 8601 UTC. */
export type MachineStatus = "online" | "warning" | "offline";

export interface Disk {
  readonly device?: string | null;
  readonly mountpoint?: string | null;
  readonly fstype?: string | null;
  /** Bytes, as are `used` and `free`. */
  readonly total?: number | null;
  readonly used?: number | null;
  readonly free?: number | null;
}

/** The agent's own words, which nobody has checked: every member may be missing or of another type. */
export type AgentWords = Readonly<Record<string, unknown>>;

/** Means per minute, oldest first; null where there was no sample. */
interface Trend {
  /** Seconds. */
  readonly step: number;
  readonly cpu: readonly (number | null)[];
  readonly memory: readonly (number | null)[];
}

export interface Machine {
  readonly machine_id: string;
  readonly info: AgentWords;
  readonly status: MachineStatus;
  readonly first_seen: string;
  readonly last_seen: string;
  readonly latest_metrics: AgentWords;
  readonly id_conflict: boolean;
  readonly trend?: Trend;
}

export interface MachineList {
  readonly machines: readonly Machine[];
  readonly total: number;
  readonly next_cursor: string | null;
}

export interface Summary {
  readonly total_machines: number;
  readonly online: number;
  readonly warning: number;
  readonly offline: number;
  readonly avg_cpu: number | null;
  readonly avg_memory: number | null;
  readonly avg_disk: number | null;
  readonly timestamp: string;
}

type Figure = "cpu" | "memory" | "disk";

export interface Trouble {
  readonly machine_id: string;
  readonly name: string;
  readonly type: Figure | "offline" | "id_conflict";
  readonly severity: "warning" | "critical";
  readonly percent: number | null;
  readonly since: string | null;
}

export interface Overview {
  readonly timestamp: string;
  readonly total_machines: number;
  readonly online: number;
  readonly warning: number;
  readonly offline: number;
  /** Machines per twentieth of the range from 0 to 100 %. */
  readonly distribution: Readonly<Record<Figure, readonly number[]>>;
  readonly means: Readonly<Record<Figure, number | null>>;
  readonly attention: readonly Trouble[];
  readonly attention_total: number;
}

export interface HistoryPoint {
  readonly timestamp: string;
  readonly metrics: AgentWords;
  readonly max?: AgentWords;
}

export interface History {
  readonly machine_id: string;
  readonly resolution: "raw" | "5m" | "1h";
  /** Seconds between points; null for raw samples. */
  readonly step: number | null;
  readonly history: readonly HistoryPoint[];
}

export type NodeStatus = "active" | "draining" | "inactive" | "stopped" | "unknown";

export interface ClusterNode {
  readonly node_id: string;
  readonly hostname: string;
  readonly port: number;
  readonly status: NodeStatus;
  readonly last_heartbeat: string | null;
  readonly url: string;
  readonly version: string;
  readonly started_at: string;
  readonly heartbeat_age_ms: number | null;
  readonly config_mismatch: readonly string[];
  readonly reports_per_second: number | null;
  readonly dependencies: Readonly<Record<string, "up" | "down">>;
}

export interface ClusterStatus {
  readonly enabled: true;
  readonly node_id: string;
  readonly backend: string;
  readonly total_nodes: number;
  readonly active_nodes: number;
  readonly inactive_nodes: number;
  readonly nodes: readonly ClusterNode[];
}

export interface StandaloneStatus {
  readonly enabled: false;
  readonly mode: "standalone";
  readonly message: string;
  readonly node: Pick<ClusterNode, "hostname" | "version" | "started_at" | "reports_per_second" | "dependencies">;
}

export type AnyClusterStatus = ClusterStatus | StandaloneStatus;

export interface HealthCheck {
  readonly overall: "healthy" | "degraded" | "critical";
  readonly backend: {
    readonly connected: boolean;
    readonly type: string | null;
    readonly latency_ms: number | null;
    readonly host: string | null;
    readonly error: string | null;
  };
  readonly sync: {
    readonly synced: boolean;
    readonly session_count: number | null;
    readonly details: string;
    readonly error: string | null;
  };
  readonly failover: { readonly ready: boolean; readonly healthy_nodes: number; readonly details: string };
}

export interface FleetEvent {
  readonly id: number;
  readonly at: string;
  readonly kind: string;
  readonly subject: string;
  readonly actor: string | null;
  readonly address: string | null;
  readonly details: Readonly<Record<string, unknown>> | null;
}

export interface EventList {
  readonly events: readonly FleetEvent[];
  readonly next_cursor: string | null;
}

export type Role = "admin" | "operator" | "viewer";

export interface CurrentUser {
  readonly username: string;
  readonly role: Role;
}

export interface User {
  readonly username: string;
  readonly role: Role;
  readonly created_at: string;
}

export interface LoginSession {
  readonly id: string;
  readonly username: string;
  readonly started_at: string;
  readonly last_used_at: string | null;
  readonly address: string | null;
  readonly user_agent: string | null;
  readonly current: boolean;
}

export interface SessionList {
  readonly sessions: readonly LoginSession[];
  readonly total: number;
  readonly next_cursor: string | null;
}

export type ApiKeyScope = "read" | "admin";

export interface ApiKey {
  readonly id: string;
  readonly name: string;
  readonly scope: ApiKeyScope;
  readonly prefix: string;
  readonly created_at: string;
  readonly created_by: string;
  readonly expires_at: string | null;
  readonly last_used_at: string | null;
}

/** As it is answered once, when it is made. */
export interface NewApiKey extends ApiKey {
  readonly key: string;
}

export interface About {
  readonly version: string;
  readonly organization: string;
  readonly node_id: string | null;
  readonly node_version: string;
  readonly data_backend: string;
  readonly session_backend: string;
  readonly cluster_backend: string | null;
  readonly database_encrypted: boolean;
  readonly payload_encrypted: boolean;
}
