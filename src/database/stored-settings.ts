import type { Repository } from "typeorm";
import { askDatabase } from "./ask-database.js";
import type { Setting } from "./setting.entity.js";

/** The value of this name, or undefined. Throws BackendUnavailableError. */
export async function readSetting(settings: Repository<Setting>, name: string): Promise<string | undefined> {
  return (await askDatabase(() => settings.findOneBy({ name })))?.value;
}

/** The value of this name, made where it is missing: of several nodes that do so together one wins, for all. */
export async function readOrCreate(settings: Repository<Setting>, name: string, value: () => string): Promise<string> {
  const existing = await readSetting(settings, name);
  if (existing !== undefined) return existing;
  await askDatabase(() => settings.createQueryBuilder().insert().values({ name, value: value() }).orIgnore().execute());
  const winner = await readSetting(settings, name);
  if (winner === undefined) throw new Error(`the database did not keep its setting ${name}`);
  return winner;
}
