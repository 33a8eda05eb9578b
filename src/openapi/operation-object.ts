import type { OpenAPIObject } from "@nestjs/swagger";
import { STATUS_CODES } from "node:http";
import { z } from "zod";
import type { Access, Role } from "../common/access.js";
import type { DescribedAnswer, DescribedOperation, OperationDescription } from "../common/operation.js";
import { errorReference, errorStatuses } from "./error-answers.js";

type PathItem = OpenAPIObject["paths"][string];
/** OpenAPI 3.1, section 4.8.10. */
export type OperationObject = NonNullable<PathItem["get"]>;
type ResponseObject = NonNullable<OperationObject["responses"]["default"]>;
type Security = NonNullable<OperationObject["security"]>;
type JsonSchema = z.core.JSONSchema.BaseSchema;

/** A route with all that is known of it. */
export interface DescribedRoute extends DescribedOperation {
  /** What Nest's decorators say of its parameters and body. */
  readonly scanned?: Pick<OperationObject, "parameters" | "requestBody">;
}

/** Gives the JSON schema of a zod schema, or a reference to it. */
export type SchemaWriter = (schema: z.ZodType, io: "input" | "output") => JsonSchema;

/** What the OpenAPI document says of a route. */
export function operationObject(route: DescribedRoute, write: SchemaWriter): OperationObject {
  const { method, access, section, operation, scanned = {} } = route;
  const parameters = parametersOf(scanned, operation);
  const requestBody = operation.body ? bodyOf(operation.body, write) : scanned.requestBody;
  const facts = { method, access, hasParameters: parameters.length > 0, hasBody: requestBody !== undefined };
  const answers = Object.entries(operation.answers).map(
    ([status, answer]) => [status, answer === undefined ? undefined : responseOf(status, answer, write)] as const,
  );
  const errors = errorStatuses(facts, operation).map(
    (status) => [String(status), errorReference(status, route)] as const,
  );
  return {
    operationId: operation.id,
    tags: [section],
    summary: operation.summary,
    ...(operation.description !== undefined && { description: operation.description }),
    security: securityOf(access, method),
    ...(parameters.length > 0 && { parameters }),
    ...(requestBody && { requestBody }),
    responses: Object.fromEntries([...answers, ...errors]),
  };
}

type Parameter = NonNullable<OperationObject["parameters"]>[number];

function parametersOf(scanned: Pick<OperationObject, "parameters">, operation: OperationDescription): Parameter[] {
  const seen = (scanned.parameters ?? []).map((parameter) => withMeaning(parameter, operation));
  // A part of the address that the handler does not read is seen by nobody else.
  const unread = Object.entries(operation.parameters ?? {}).filter(
    ([name]) => !seen.some((parameter) => "name" in parameter && parameter.name === name),
  );
  return [
    ...unread.map(([name, description]) => ({
      name,
      in: "path" as const,
      required: true,
      description,
      schema: { type: "string" },
    })),
    ...seen,
  ];
}

function withMeaning(parameter: Parameter, { parameters = {} }: OperationDescription): Parameter {
  if (!("name" in parameter)) return parameter;
  const { schema = {}, ...others } = parameter;
  // What zod knows of a member stands in its schema; of a parameter it is expected beside it.
  const { description, ...type } = "$ref" in schema ? { ...schema, description: undefined } : schema;
  const meaning = parameters[parameter.name] ?? description;
  return { ...others, ...(meaning !== undefined && { description: meaning }), schema: type };
}

function bodyOf(
  body: NonNullable<OperationDescription["body"]>,
  write: SchemaWriter,
): NonNullable<OperationObject["requestBody"]> {
  const content = Object.entries(body).map(([mediaType, schema]) => [mediaType, { schema: write(schema, "input") }]);
  return { required: true, content: Object.fromEntries(content) as Record<string, object> };
}

function responseOf(status: string, answer: DescribedAnswer, write: SchemaWriter): ResponseObject {
  if (typeof answer === "string") return { description: answer };
  if (!(answer instanceof z.ZodType)) {
    const { description, mediaType, example } = answer;
    return { description, content: { [mediaType]: { schema: { type: "string" }, example } } };
  }
  const description = answer.meta()?.description ?? STATUS_CODES[status] ?? status;
  return { description, content: { "application/json": { schema: write(answer, "output") as object } } };
}

/** Who may call: any one of the schemes, with the role or the scope that is needed (OpenAPI 3.1, section 4.8.30). */
function securityOf(access: Access, method: string): Security {
  switch (access.kind) {
    case "public":
      return [];
    case "agent":
      return [{ agentKey: [] }];
    case "operator":
      return [{ session: [access.atLeast] }, { apiKey: [scopeFor(access.atLeast, method)] }];
  }
}

/** What a viewer may change is their own, and a program has none: only an administrator's key opens it. */
function scopeFor(atLeast: Role, method: string): string {
  if (atLeast === "viewer") return method === "get" ? "read" : "admin";
  return atLeast === "operator" ? "operate" : "admin";
}
