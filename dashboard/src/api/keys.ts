/** What the answers of the server are kept under, by what they are about. */
export const keys = {
  currentUser: ["current-user"],
  about: ["about"],
  overview: ["overview"],
  summary: ["summary"],
  machineLists: ["machines"],
  machineList: (query: object) => ["machines", query],
  machine: (id: string) => ["machine", id],
  history: (id: string, range: object) => ["history", id, range],
  cluster: ["cluster"],
  healthCheck: ["health-check"],
  /** Every list of events. */
  events: ["events"],
  /** Lists of all newest events, which the stream adds to. */
  latestEvents: ["events", "latest"],
  /** Every list of incidents, and each incident. */
  incidents: ["incidents"],
  incidentList: (query: object) => ["incidents", "list", query],
  incident: (id: string) => ["incidents", "one", id],
  silences: ["silences"],
  /** The rules in effect and the receivers. */
  alerts: ["alerts"],
  users: ["users"],
  sessions: ["sessions"],
  apiKeys: ["api-keys"],
} as const;
