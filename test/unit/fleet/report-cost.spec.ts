import Database from "better-sqlite3";
import { Logger } from "@nestjs/common";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DocumentCipher } from "../../../src/database/document-cipher.js";
import { openSqliteDatabase } from "../../../src/database/open-sqlite-database.js";
import { SqliteSamples } from "../../../src/fleet/history/sqlite-samples.js";
import { SqliteReportWriter } from "../../../src/fleet/store/sqlite/sqlite-report-writer.js";

describe("the cost of a report", () => {
  it("does not grow with what is stored: every statement on its way finds its rows by a key", async () => {
    const folder = mkdtempSync(join(tmpdir(), "fleet-cost-"));
    const path = join(folder, "fleet.sqlite3");
    await (await openSqliteDatabase(path, [], new DocumentCipher([]), new Logger("Test"))).destroy();
    const db = new Database(path);
    const prepared: string[] = [];
    const recording = new Proxy(db, {
      get: (target, name) => {
        if (name === "prepare") {
          return (sql: string) => {
            prepared.push(sql);
            return target.prepare(sql);
          };
        }
        const value: unknown = Reflect.get(target, name);
        return typeof value === "function" ? (value.bind(target) as unknown) : value;
      },
    });
    const samples = new SqliteSamples(recording, 60_000);
    new SqliteReportWriter(recording, samples, new DocumentCipher([]), 15_000);

    expect(prepared.length).toBeGreaterThan(8);
    for (const sql of prepared) {
      const parameters = Array.from(sql.matchAll(/\?/g), () => 1);
      const plan = db.prepare<unknown[], { detail: string }>(`EXPLAIN QUERY PLAN ${sql}`).all(...parameters);
      const scans = plan.filter(({ detail }) => detail.startsWith("SCAN") && detail !== "SCAN CONSTANT ROW");
      expect({ sql, scans }).toEqual({ sql, scans: [] });
    }
    db.close();
    rmSync(folder, { recursive: true });
  });
});
