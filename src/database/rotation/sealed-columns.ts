/** A table in which something lies sealed under a database key. */
export interface SealedTable {
  readonly table: string;
  /** Its primary key, in order. */
  readonly key: readonly string[];
  readonly columns: readonly string[];
  /** Which rows, where others hold readable text; SQL. */
  readonly where?: string;
}

/** Everything that is sealed. Whoever seals something new adds it here, or it becomes unreadable with the next key. */
export const sealedTables: readonly SealedTable[] = [
  { table: "settings", key: ["name"], columns: ["value"], where: "name IN ('root_secret', 'key_check')" },
  { table: "events", key: ["id"], columns: ["actor", "address", "details"] },
  { table: "incidents", key: ["id"], columns: ["document"] },
  { table: "notifications", key: ["id"], columns: ["document", "last_error"] },
  { table: "silences", key: ["id"], columns: ["document"] },
  { table: "machine_documents", key: ["machine"], columns: ["info", "metrics"] },
  { table: "sample_details", key: ["machine", "ts"], columns: ["metrics"] },
  { table: "history_details", key: ["slot", "machine", "ts"], columns: ["metrics"] },
];
