import fc from "fast-check";

/** What of a JSON schema values are made from. */
export interface GivenSchema {
  readonly $ref?: string;
  readonly type?: string | readonly string[];
  readonly const?: unknown;
  readonly enum?: readonly unknown[];
  readonly format?: string;
  readonly pattern?: string;
  readonly anyOf?: readonly GivenSchema[];
  readonly properties?: Readonly<Record<string, GivenSchema>>;
  readonly required?: readonly string[];
  readonly items?: GivenSchema;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly maxLength?: number;
}

export type GivenSchemas = Readonly<Record<string, GivenSchema>>;

/** Texts that programs trip over: what others take for code, addresses, ends of text, or members that every object has. */
const nastyTexts = [
  ...["", " ", "\u0000", "\ud800", "\ufeff", "💥", "ａ", "null", "NaN", "-0", "1e999", "9007199254740993"],
  ...["../../../etc/passwd", "..\\..\\", "%2e%2e%2f", "%00", "'; DROP TABLE users; --", "${7*7}", "<script>"],
  ...["__proto__", "constructor", "prototype", "toString", "hasOwnProperty", "x".repeat(3_000)],
];
export const nastyText: fc.Arbitrary<string> = fc.oneof(
  fc.constantFrom(...nastyTexts),
  fc.string({ unit: "binary", maxLength: 40 }),
);

const deep = (depth: number) => JSON.parse(`${"[".repeat(depth)}${"]".repeat(depth)}`) as unknown;

/** Any JSON value at all. */
const anyJson: fc.Arbitrary<unknown> = fc.oneof(
  nastyText,
  fc.constantFrom<unknown>(null, true, 0, -1, 1e308, -1e308, 2 ** 53, 0.1, [], {}, deep(70), deep(500)),
  fc.jsonValue(),
  // As `JSON.parse` makes them: members of their own.
  fc
    .constantFrom(
      '{"__proto__":{"polluted":true}}',
      '{"constructor":{"prototype":{"polluted":true}}}',
      '{"a":{"__proto__":{"polluted":true}},"toString":null,"length":-1}',
    )
    .map((text) => JSON.parse(text) as unknown),
);

/** Values that a schema allows, and now and then one that it does not. */
export function valuesOf(schema: GivenSchema, schemas: GivenSchemas): fc.Arbitrary<unknown> {
  return fc.oneof({ weight: 5, arbitrary: allowedBy(schema, schemas) }, { weight: 1, arbitrary: anyJson });
}

function allowedBy(schema: GivenSchema, schemas: GivenSchemas): fc.Arbitrary<unknown> {
  if (schema.$ref !== undefined) return valuesOf(schemas[schema.$ref.split("/").at(-1) ?? ""] ?? {}, schemas);
  if (schema.const !== undefined) return fc.constant(schema.const);
  if (schema.enum) return fc.constantFrom(...schema.enum);
  if (schema.anyOf) return fc.oneof(...schema.anyOf.map((one) => valuesOf(one, schemas)));
  const [type = "object"] = [schema.type ?? "object"].flat();
  switch (type) {
    case "string":
      return textsOf(schema);
    case "integer":
      return fc.integer({ min: schema.minimum ?? -1_000, max: schema.maximum ?? 2 ** 31 - 1 });
    case "number":
      return fc.double({ noNaN: true, min: schema.minimum ?? -1e308, max: schema.maximum ?? 1e308 });
    case "boolean":
      return fc.boolean();
    case "null":
      return fc.constant(null);
    case "array":
      return fc.array(valuesOf(schema.items ?? {}, schemas), { maxLength: 4 });
    default:
      return objectsOf(schema, schemas);
  }
}

function textsOf({ format, pattern, maxLength = 200 }: GivenSchema): fc.Arbitrary<string> {
  if (format === "date-time") {
    return fc
      .date({ noInvalidDate: true, min: new Date(0), max: new Date("9999-12-31") })
      .map((date) => date.toISOString());
  }
  if (pattern !== undefined) return fc.stringMatching(new RegExp(pattern));
  return fc.string({ unit: "grapheme", maxLength: Math.min(maxLength, 200) });
}

/** With the members that must be there, some of the others, and now and then one that nobody knows. */
function objectsOf({ properties = {}, required = [] }: GivenSchema, schemas: GivenSchemas): fc.Arbitrary<unknown> {
  const members = Object.fromEntries(Object.entries(properties).map(([name, one]) => [name, valuesOf(one, schemas)]));
  const known = fc.record(members, { requiredKeys: [...required] });
  const unknown = fc.dictionary(nastyText, anyJson, { maxKeys: 2 });
  return fc.oneof({ weight: 4, arbitrary: known }, { weight: 1, arbitrary: fc.tuple(known, unknown).map(merged) });
}

/** Keeps a member `__proto__` a member. */
function merged(parts: readonly object[]): object {
  return Object.fromEntries(parts.flatMap((part) => Object.entries(part)));
}
