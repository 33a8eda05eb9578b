import type { OpenAPIObject } from "@nestjs/swagger";
import { z } from "zod";
import type { OperationObject } from "../../src/openapi/operation-object.js";
import type { Answer } from "./http-client.js";

type JsonSchema = Parameters<typeof z.fromJSONSchema>[0];

interface Schema {
  readonly $ref?: string;
  readonly properties?: object;
  readonly additionalProperties?: unknown;
}

interface Content {
  readonly [mediaType: string]: { readonly schema?: object; readonly example?: unknown; readonly examples?: object };
}

interface DescribedResponse {
  readonly description: string;
  readonly content?: Content;
}

/** An operation of the OpenAPI document and where it is. */
export interface Described {
  /** `GET /api/fleet/machines` */
  readonly name: string;
  readonly method: string;
  readonly path: string;
  readonly operation: OperationObject;
}

/** As `schema`, but with no member that is not described. */
function closed(schema: unknown): unknown {
  if (Array.isArray(schema)) return schema.map(closed);
  if (typeof schema !== "object" || schema === null) return schema;
  const { additionalProperties = "properties" in schema ? false : undefined, ...others }: Schema = schema;
  const members = Object.fromEntries(Object.entries(others).map(([name, member]) => [name, closed(member)]));
  return additionalProperties === undefined ? members : { ...members, additionalProperties };
}

/** What an OpenAPI document says, for tests that hold a server to it. */
export class DescribedApi {
  readonly operations: readonly Described[];
  private readonly checks = new Map<string, z.ZodType>();

  constructor(readonly document: OpenAPIObject) {
    this.operations = Object.entries(document.paths).flatMap(([path, item]) =>
      Object.entries(item as Record<string, OperationObject>).map(([method, operation]) => ({
        name: `${method.toUpperCase()} ${path}`,
        method: method.toUpperCase(),
        path,
        operation,
      })),
    );
  }

  at(name: string): OperationObject {
    const found = this.operations.find((one) => one.name === name);
    if (!found) throw new Error(`${name} is not described`);
    return found.operation;
  }

  /** A response with what its reference leads to; undefined where the status is not described. */
  responseOf({ responses }: OperationObject, status: number | string): DescribedResponse | undefined {
    const described = responses[String(status)];
    if (!described || !("$ref" in described)) return described;
    return this.document.components?.responses?.[described.$ref.split("/").at(-1) ?? ""] as DescribedResponse;
  }

  /** Why an answer is not what the document says of it, also where it says more than that; undefined where it is. */
  complaint(operation: OperationObject, answer: Answer): string | undefined {
    const response = this.responseOf(operation, answer.status);
    if (!response) return `${answer.status} is not described: ${answer.text}`;
    const { content } = response;
    if (!content)
      return answer.text === "" || answer.status === 302 ? undefined : `a body is not described: ${answer.text}`;
    const mediaType = answer.headers["content-type"]?.split(";", 1)[0] ?? "";
    const described = content[mediaType];
    if (!described) return `${mediaType} is not described`;
    if (mediaType !== "application/json" || !described.schema) return undefined;
    return this.mismatch(closed(described.schema), answer.json());
  }

  /** Why a value does not fit a schema of the document. */
  mismatch(schema: unknown, value: unknown): string | undefined {
    const { error } = this.checkOf(schema).safeParse(value);
    return error && z.prettifyError(error);
  }

  /** The shapes that a schema names, and those that they name: converting all of them takes long. */
  private reachedFrom(text: string, reached: Record<string, unknown> = {}): Record<string, unknown> {
    for (const [, name = ""] of text.matchAll(/#\/components\/schemas\/(\w+)/g)) {
      if (name in reached) continue;
      reached[name] = this.document.components?.schemas?.[name];
      this.reachedFrom(JSON.stringify(reached[name]), reached);
    }
    return reached;
  }

  private checkOf(schema: unknown): z.ZodType {
    const key = JSON.stringify(schema);
    const known = this.checks.get(key);
    if (known) return known;
    const isClosed = key === JSON.stringify(closed(schema));
    const components = this.reachedFrom(key);
    const $defs = isClosed ? closed(components) : components;
    const text = JSON.stringify({ ...(schema as object), $defs });
    const check = z.fromJSONSchema(JSON.parse(text.replaceAll("#/components/schemas/", "#/$defs/")) as JsonSchema);
    this.checks.set(key, check);
    return check;
  }
}
