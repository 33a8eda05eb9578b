import { z } from "zod";
import { knownSections, type WritableKey, writableKeys } from "./known-settings.js";
import { describeSetting } from "./schema/setting.js";

/** Draft 07, which editors know best; zod's own type knows no list of types. */
type JsonSchema = Readonly<Record<string, unknown>>;

interface Section extends JsonSchema {
  readonly properties: Record<string, JsonSchema>;
}

/**
 * The JSON schema that checks and completes `config.yaml` while it is written. Nothing is required in it, because the
 * environment may give what the file leaves out, and null means "not set".
 */
export function editorSchema(): JsonSchema {
  const root = { $schema: "http://json-schema.org/draft-07/schema#", title: "Fleet Server configuration" };
  const sections = new Map(
    knownSections.map(({ path, description }) => [path, emptySection(path === "" ? root : { description })]),
  );
  for (const [path, section] of sections) if (path !== "") addProperty(sections, path, section);
  for (const key of writableKeys.values()) addProperty(sections, key.path, property(key));
  return { ...sections.get("") };
}

function emptySection(head: JsonSchema): Section {
  return { ...head, type: ["object", "null"], additionalProperties: false, properties: {} };
}

function property({ setting, namesFile }: WritableKey): JsonSchema {
  if (namesFile) {
    const lines = setting.kind === "list" ? ", one key per line" : "";
    return { description: `Path of a file that holds ${setting.path}${lines}.`, type: ["string", "null"] };
  }
  const value = z.toJSONSchema(setting.schema, { io: "input", target: "draft-07" });
  delete value.$schema;
  for (const member of Object.keys(setting.meta.itemSecrets ?? {})) addSecretFile(value.items, member);
  return { description: describeSetting(setting.meta), ...orNull(value) };
}

/** Besides a secret member of a list's items, the path of a file that holds it. */
function addSecretFile(items: z.core.JSONSchema.BaseSchema["items"], member: string): void {
  if (typeof items !== "object" || Array.isArray(items) || !items.properties) return;
  items.properties[`${member}_file`] = { description: `Path of a file that holds the ${member}.`, type: "string" };
}

function orNull(schema: z.core.JSONSchema.BaseSchema): JsonSchema {
  const { anyOf, type, enum: words, ...others } = schema;
  if (anyOf) return { ...others, anyOf: [...anyOf, { type: "null" }] };
  return { type: [type, "null"].flat(), ...others, ...(words && { enum: [...words, null] }) };
}

function addProperty(sections: ReadonlyMap<string, Section>, path: string, schema: JsonSchema): void {
  const dot = path.lastIndexOf(".");
  const properties = sections.get(path.slice(0, Math.max(0, dot)))?.properties;
  if (properties) properties[path.slice(dot + 1)] = schema;
}
