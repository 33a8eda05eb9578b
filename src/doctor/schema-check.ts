import { type Check, type Finding, failure, ok, warning } from "./check.js";
import type { ExaminedDatabase } from "./examined-database.js";

/** Which migrations the database has, of those that this program knows by their names. */
export function schemaCheck(
  database: ExaminedDatabase,
  migrations: readonly { readonly name: string }[],
  needs: readonly string[],
): Check {
  return {
    name: "database.schema",
    needs,
    run: async () => {
      const applied = await database.read<{ name: string }>("migrations", ["name"]);
      if (applied !== undefined && applied.length > 0) return [judgeSchema(migrations, applied)];
      return [await judgeFirstStart(database)];
    },
  };
}

/** Those of the first tables whose names others use, too. */
const COMMON_TABLES = ["settings", "users", "machines", "samples"];

async function judgeFirstStart(database: ExaminedDatabase): Promise<Finding> {
  for (const table of COMMON_TABLES) {
    if (await database.has(table)) return failure(database.takenTableFault(table));
  }
  return ok("no tables yet: they will be made at the next start");
}

interface Migration {
  readonly name: string;
}

function judgeSchema(known: readonly Migration[], applied: readonly Migration[]): Finding {
  const missing = without(known, applied);
  const newer = without(applied, known);
  if (newer.length > 0) {
    // As at the start: in a rolling update the newer nodes come while the older ones still run and restart.
    return warning({
      what: `a newer version has changed the tables (${newer.join(", ")}); this one goes on with them`,
      fix: "update this node, too",
    });
  }
  if (missing.length > 0) return ok(`${missing.join(", ")} will be applied at the next start`);
  return ok(`the tables are up to date (${known.length} migrations)`);
}

function without(some: readonly Migration[], others: readonly Migration[]): string[] {
  const names = new Set(others.map(({ name }) => name));
  return some.map(({ name }) => name).filter((name) => !names.has(name));
}
