import { FernetKey } from "../../../src/crypto/fernet.js";
import { DatabaseSecrets } from "../../../src/database/database-secrets.js";
import { DocumentCipher } from "../../../src/database/document-cipher.js";
import { openPostgresDatabase } from "../../../src/database/open-postgres-database.js";
import { Setting } from "../../../src/database/setting.entity.js";
import type { CheckResult } from "../../../src/doctor/run-checks.js";
import type { Certificates } from "../../support/certificates.js";
import { type PostgresServer, startPostgres } from "../../support/postgres-server.js";
import { waitFor } from "../../support/wait-for.js";
import { faultsOf, findingsOf } from "./doctor-findings.js";

const TEMPLATE = "whole";
/** Only speed counts here, so the server runs as no operator should; of that one test speaks apart. */
export const UNSAFE = /^(fsync|full_page_writes) is off/;

/** The database key, where a test asks for no other. */
export const key = FernetKey.generate();

const open = (url: string, keys: readonly string[]) => openPostgresDatabase(url, [Setting], new DocumentCipher(keys));

/** A server with databases as nodes leave them, and what the doctor and the start say of each. */
export class ExaminedPostgres {
  private databases = 0;

  private constructor(readonly server: PostgresServer) {}

  static async start(certificates: Certificates): Promise<ExaminedPostgres> {
    const server = await startPostgres({ tls: certificates });
    const dataSource = await open(await server.createDatabase(TEMPLATE), [key]);
    await DatabaseSecrets.load(dataSource.getRepository(Setting), new DocumentCipher([key]));
    await dataSource.destroy();
    await server.query("CREATE ROLE reader LOGIN PASSWORD 'readers-password'");
    await server.query("CREATE ROLE writer LOGIN PASSWORD 'writers-password'");
    return new ExaminedPostgres(server);
  }

  /** The name of the one made last. */
  get newest(): string {
    return `fleet_${this.databases}`;
  }

  /** As nodes leave it. */
  newDatabase(): Promise<string> {
    this.databases += 1;
    return this.server.createDatabase(this.newest, TEMPLATE);
  }

  emptyDatabase(): Promise<string> {
    this.databases += 1;
    return this.server.createDatabase(this.newest);
  }

  as(role: "reader" | "writer", url: string): string {
    const { user, password } = this.server;
    return url.replace(`//${user}:${password}@`, `//${role}:${role}s-password@`);
  }

  look(url: string, keys: readonly string[] = [key]): Promise<readonly CheckResult[]> {
    return findingsOf({
      FLEET_SERVER__DB_BACKEND: "postgres",
      FLEET_SERVER__DB_URL: url,
      ...(keys.length > 0 ? { FLEET_SERVER__DB_ENCRYPTION_KEY: JSON.stringify(keys) } : {}),
    });
  }

  /** What is not ok, and that nothing secret is told. */
  async faultsIn(url: string, keys: readonly string[] = [key]): Promise<readonly CheckResult[]> {
    const found = await this.look(url, keys);
    for (const secret of [this.server.password, "a-wrong-password", "s-password", ...keys]) {
      expect(JSON.stringify(found)).not.toContain(secret);
    }
    return faultsOf(found).filter(({ summary }) => !UNSAFE.test(summary));
  }

  /** What ends the start. */
  async startOn(url: string, keys: readonly string[] = [key]): Promise<string> {
    const started = await open(url, keys).catch((error: unknown) => error);
    if (started instanceof Error) return started.message;
    throw new Error("it started");
  }

  async keepSafe(setting: "on" | "off"): Promise<void> {
    const { server } = this;
    for (const name of ["fsync", "full_page_writes"]) await server.query(`ALTER SYSTEM SET ${name} = ${setting}`);
    await server.query("SELECT pg_reload_conf()");
    await waitFor(async () => (await server.query("SHOW fsync"))[0]?.fsync === setting, { what: "the reload" });
  }
}
