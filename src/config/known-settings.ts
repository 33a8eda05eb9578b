import { z } from "zod";
import { configSchema } from "./config-schema.js";
import { type SettingMeta, settingRegistry } from "./schema/setting.js";

/** How a text, which is all that an environment variable holds, becomes a value. */
export type ValueKind = "number" | "boolean" | "list" | "objects" | "text";

export interface Setting {
  /** Such as `sessions.redis.host`. */
  readonly path: string;
  readonly kind: ValueKind;
  readonly required: boolean;
  readonly meta: SettingMeta;
  readonly schema: z.ZodType;
}

/** One key that an operator may write. */
export interface WritableKey {
  readonly path: string;
  readonly setting: Setting;
  /** True for `<key>_file`: the value is the path of a file that holds the secret. */
  readonly namesFile: boolean;
}

export interface Section {
  /** Empty for the file as a whole. */
  readonly path: string;
  readonly description: string;
}

const foundSettings: Setting[] = [];
const foundSections: Section[] = [];
collect(configSchema, "");

/** Every setting in the order of the schema. */
export const knownSettings: readonly Setting[] = foundSettings;
export const knownSections: readonly Section[] = foundSections;

// The database's keys are also accepted at the top level of the file, where an older guide printed them.
const topLevelKeys = ["db_backend", "db_url"].map((path) => ({ path, of: `server.${path}` }));

/** Every key that may stand in the file, by its path. */
export const writableKeys: ReadonlyMap<string, WritableKey> = new Map(
  [...knownSettings.map(({ path }) => ({ path, of: path })), ...topLevelKeys].flatMap(({ path, of }) => {
    const setting = knownSettings.find((known) => known.path === of);
    if (!setting) throw new Error(`${of} is no setting`);
    const keys: [string, WritableKey][] = [[path, { path, setting, namesFile: false }]];
    if (setting.meta.secret) keys.push([`${path}_file`, { path: `${path}_file`, setting, namesFile: true }]);
    return keys;
  }),
);

/** `server.api_key` is `FLEET_SERVER__API_KEY`. */
export function environmentName(path: string): string {
  return `FLEET_${path.replaceAll(".", "__").toUpperCase()}`;
}

function collect(schema: z.ZodObject, path: string): void {
  foundSections.push({ path, description: settingRegistry.get(schema)?.description ?? "" });
  for (const [key, child] of Object.entries(schema.shape)) {
    const childPath = path === "" ? key : `${path}.${key}`;
    if (child instanceof z.ZodObject) collect(child, childPath);
    else foundSettings.push(describe(child as z.ZodType, childPath));
  }
}

function describe(schema: z.ZodType, path: string): Setting {
  const meta = settingRegistry.get(schema);
  if (!meta) throw new Error(`${path} has no description`);
  return { path, kind: kindOf(schema), required: !schema.safeParse(undefined).success, meta, schema };
}

function kindOf(schema: z.ZodType): ValueKind {
  const json = z.toJSONSchema(schema, { io: "input" });
  if (json.type === "boolean") return "boolean";
  if (json.type === "number" || json.type === "integer") return "number";
  if (json.type === "array") return "objects";
  return json.anyOf?.some((choice) => typeof choice === "object" && choice.type === "array") ? "list" : "text";
}
