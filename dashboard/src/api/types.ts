import type { components } from "./schema.d.ts";

/** What the server answers: the shapes of its OpenAPI document, from which schema.d.ts is generated (`npm run api:generate`). */
type Schemas = components["schemas"];

export type Machine = Schemas["Machine"];
export type MachineStatus = Machine["status"];
export type MachineList = Schemas["MachinePage"];
export type Summary = Schemas["Summary"];
export type Overview = Schemas["Overview"];
export type Trouble = Schemas["Trouble"];
export type History = Schemas["History"];
export type HistoryPoint = History["history"][number];
export type ClusterNode = Schemas["Node"];
export type NodeStatus = ClusterNode["status"];
export type ClusterStatus = Schemas["ClusterStatus"];
export type StandaloneStatus = Schemas["StandaloneStatus"];
export type AnyClusterStatus = ClusterStatus | StandaloneStatus;
export type HealthCheck = Schemas["ClusterHealth"];
export type FleetEvent = Schemas["Event"];
export type EventList = Schemas["EventPage"];
export type Incident = Schemas["Incident"];
export type IncidentKind = Incident["kind"];
export type Severity = Incident["severity"];
export type IncidentList = Schemas["IncidentPage"];
export type IncidentDetail = Schemas["IncidentDetail"];
export type IncidentNotification = Schemas["Notification"];
export type Silence = Schemas["Silence"];
export type SilenceList = Schemas["SilenceList"];
export type NewSilence = Schemas["NewSilence"];
export type Alerts = Schemas["Alerts"];
export type AlertRule = Schemas["AlertRule"];
export type AlertOverride = Schemas["AlertOverride"];
export type AlertReceiver = Schemas["AlertReceiver"];
export type CurrentUser = Schemas["CurrentUser"];
export type User = Schemas["User"];
export type UserList = Schemas["UserPage"];
export type Role = User["role"];
export type SessionList = Schemas["SessionPage"];
export type LoginSession = SessionList["sessions"][number];
export type ApiKey = Schemas["ApiKey"];
export type ApiKeyScope = ApiKey["scope"];
export type ApiKeyList = Schemas["ApiKeyList"];
/** As it is answered once, when it is made. */
export type NewApiKey = Schemas["NewApiKey"];
export type About = Schemas["About"];

/** The agent's own words, which nobody has checked: every member may be missing or of another type. */
export type AgentWords = Readonly<Record<string, unknown>>;
