import { z } from "zod";

/** What is known of a setting beside its type; the example file, the editor schema and redaction are made from it. */
export interface SettingMeta {
  /** One plain sentence for the operator. */
  readonly description: string;
  readonly unit?: string;
  /** `value`: never printed. `url`: printed without its credentials. */
  readonly secret?: "value" | "url";
  /** Of a list of objects: which of their members are secrets; each may be given as `<member>_file` as well. */
  readonly itemSecrets?: Readonly<Record<string, "value" | "url">>;
  /** Shown in the example file where there is no default to show. */
  readonly example?: string | number | readonly Readonly<Record<string, unknown>>[];
  /** Says what happens when the setting is left out, where the schema itself has no default. */
  readonly unset?: string;
}

export const settingRegistry = z.registry<SettingMeta>();

/** Attaches what the operator must know to the schema of one key. */
export function setting<T extends z.ZodType>(schema: T, meta: SettingMeta): T {
  settingRegistry.add(schema, meta);
  return schema;
}

/** A group of settings. Strict: a key that is not in the shape is refused. */
export function section<T extends z.ZodRawShape>(description: string, shape: T) {
  const schema = z.strictObject(shape);
  settingRegistry.add(schema, { description });
  return schema;
}

/** One sentence or two: what the setting is, its unit, and what holds when it is left out. */
export function describeSetting({ description, unit, unset }: SettingMeta): string {
  const notes = [...(unit ? [`Unit: ${unit}.`] : []), ...(unset ? [`Not set: ${unset}.`] : [])];
  return [description, ...notes].join(" ");
}
