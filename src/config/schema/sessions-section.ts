import { backend, text, wholeNumber } from "./plain-values.js";
import { redisSettings } from "./redis-settings.js";
import { databaseUrl, password } from "./secret-values.js";
import { section, setting } from "./setting.js";

export const sessionsSection = section("Who is logged in; all nodes of a cluster must share it.", {
  backend: setting(backend(["postgres", "redis", "sqlite", "file"]).prefault("file"), {
    description: "Where sessions are kept, the same on all nodes: redis, postgres, sqlite or file.",
  }),
  ttl: setting(wholeNumber(60, 31_536_000).default(3600), {
    description: "Time without use after which a login ends; higher leaves forgotten browsers logged in longer.",
    unit: "seconds",
  }),
  redis: section("For the redis backend.", redisSettings("the sessions", 1)),
  db_path: setting(text().default("data/sessions.db"), {
    description: "For the sqlite backend: file of the database.",
  }),
  session_dir: setting(text().default("data/sessions"), {
    description: "For the file backend: folder with one file per session.",
  }),
  db_url: setting(databaseUrl().optional(), {
    description: "For the postgres backend: the database that holds the sessions.",
    secret: "url",
    example: "postgresql://fleet:REPLACE_WITH_THE_PASSWORD@db.example.com/fleet",
    unset: "server.db_url",
  }),
  secret: setting(password(16).optional(), {
    description: "Secret, the same on all nodes, that signs the session cookie; changing it logs everybody out.",
    secret: "value",
    example: "REPLACE_WITH_A_SESSION_SECRET",
    unset: "derived from a secret that the database holds",
  }),
});
