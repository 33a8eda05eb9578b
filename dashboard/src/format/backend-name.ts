const names: Readonly<Record<string, string>> = {
  redis: "Redis",
  postgres: "PostgreSQL",
  postgresql: "PostgreSQL",
  sqlite: "SQLite",
  file: "files",
};

/** What people call what data lie in. */
export function backendName(backend: string): string {
  return names[backend] ?? backend;
}
