/** What of a JSON schema an example is made from. */
interface ExampleSchema {
  readonly $ref?: string;
  readonly type?: string | readonly string[];
  readonly examples?: readonly unknown[];
  readonly default?: unknown;
  readonly const?: unknown;
  readonly enum?: readonly unknown[];
  readonly format?: string;
  readonly anyOf?: readonly ExampleSchema[];
  readonly properties?: Readonly<Record<string, ExampleSchema>>;
  readonly items?: ExampleSchema;
  readonly minItems?: number;
  readonly maxItems?: number;
  readonly minimum?: number;
}

export type ExampleSchemas = Readonly<Record<string, ExampleSchema>>;

/** Stands where a schema gives nothing to go by; a test refuses the description of an API that shows it. */
export const NO_EXAMPLE = "(no example)";

/**
 * An example of a schema: the one it gives (`.meta({ examples })`), else one made of what its parts give, so that a page
 * of machines shows the machine of their own schema. `schemas` are those that references name.
 */
export function composeExample(schema: ExampleSchema, schemas: ExampleSchemas): unknown {
  const given = givenBy(schema);
  if (given !== undefined) return given;
  if (schema.$ref !== undefined) return composeExample(schemas[schema.$ref.split("/").at(-1) ?? ""] ?? {}, schemas);
  if (schema.anyOf) return ofChoices(schema.anyOf, schemas);
  if (schema.properties) {
    const members = Object.entries(schema.properties);
    return Object.fromEntries(members.map(([name, member]) => [name, composeExample(member, schemas)]));
  }
  if (schema.items) {
    const { items, minItems = 1, maxItems = minItems } = schema;
    return Array.from({ length: Math.min(minItems, maxItems) }, () => composeExample(items, schemas));
  }
  return ofType(schema);
}

function givenBy({ examples, const: constant, default: otherwise, enum: words }: ExampleSchema): unknown {
  return examples?.[0] ?? constant ?? otherwise ?? words?.[0];
}

/** The first that says something; `null` stands for the rest, where it may. */
function ofChoices(choices: readonly ExampleSchema[], schemas: ExampleSchemas): unknown {
  const example = composeExample(choices[0] ?? {}, schemas);
  const mayBeNull = choices.some(({ type }) => type === "null");
  return mayBeNull && JSON.stringify(example).includes(NO_EXAMPLE) ? null : example;
}

function ofType({ type, format, minimum, maxItems }: ExampleSchema): unknown {
  if (format === "date-time") return "2026-11-26T10:30:00.000Z";
  const types = [type ?? "string"].flat();
  const [kind = "string"] = types;
  switch (kind) {
    case "integer":
      return Math.max(minimum ?? 0, 1);
    case "number":
      return 12.5;
    case "boolean":
      return false;
    case "array":
      return maxItems === 0 ? [] : [NO_EXAMPLE];
    case "object":
      return {};
    default:
      return types.includes("null") ? null : NO_EXAMPLE;
  }
}
