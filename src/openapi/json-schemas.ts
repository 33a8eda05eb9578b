import { z } from "zod";

type JsonSchema = z.core.JSONSchema.BaseSchema;

/** The JSON schema of a zod schema, with those it names (`.meta({ id })`) apart, as OpenAPI wants them. */
export interface ConvertedSchema {
  readonly schema: JsonSchema;
  readonly components: Record<string, JsonSchema>;
}

/** JSON Schema 2020-12, which OpenAPI 3.1 speaks. `io`: what clients send, or what they are answered. */
export function jsonSchemaOf(schema: z.ZodType, io: "input" | "output"): ConvertedSchema {
  const whole = z.toJSONSchema(schema, {
    io,
    override: ({ jsonSchema }) => {
      tidy(jsonSchema, io);
    },
  });
  const { $defs: components = {}, ...root } = rewriteReferences(whole);
  delete root.$schema;
  return { schema: root, components };
}

/** Leaves out what is true of every number, time and record, and what would forbid an answer to have more members one day. */
function tidy(schema: JsonSchema, io: "input" | "output"): void {
  if (schema.minimum === Number.MIN_SAFE_INTEGER) delete schema.minimum;
  if (schema.maximum === Number.MAX_SAFE_INTEGER) delete schema.maximum;
  if (schema.format !== undefined) delete schema.pattern;
  if (schema.type === "object") delete schema.propertyNames;
  if (io === "output" && schema.additionalProperties === false) delete schema.additionalProperties;
}

function rewriteReferences<T>(value: T): T {
  const text = JSON.stringify(value).replaceAll('"$ref":"#/$defs/', '"$ref":"#/components/schemas/');
  return JSON.parse(text) as T;
}
