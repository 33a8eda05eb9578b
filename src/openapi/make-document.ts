import type { INestApplication } from "@nestjs/common";
import { type OpenAPIObject, SwaggerModule } from "@nestjs/swagger";
import type { z } from "zod";
import { errorSchema } from "../common/error-schema.js";
import { reportOperations } from "../fleet/ingest/report-operations.js";
import { type ExampleSchemas, composeExample } from "./compose-example.js";
import { documentHead, securitySchemes } from "./document-head.js";
import { errorComponents } from "./error-answers.js";
import { jsonSchemaOf } from "./json-schemas.js";
import { nestRoutes } from "./nest-routes.js";
import { type DescribedRoute, type OperationObject, type SchemaWriter, operationObject } from "./operation-object.js";

type Paths = OpenAPIObject["paths"];
type Schemas = NonNullable<NonNullable<OpenAPIObject["components"]>["schemas"]>;

/**
 * Makes the OpenAPI 3.1 document of an application: addresses, parameters and bodies as @nestjs/swagger reads them off
 * the routes, with what the routes say of themselves. Importing it costs a quarter of a second: do so where it is needed.
 * Throws where a route does not describe itself.
 */
export function makeDocument(app: INestApplication): OpenAPIObject {
  const schemas: Record<string, z.core.JSONSchema.BaseSchema> = {};
  const write: SchemaWriter = (schema, io) => {
    const converted = jsonSchemaOf(schema, io);
    Object.assign(schemas, converted.components);
    return converted.schema;
  };
  write(errorSchema, "output");
  const paths: Paths = {};
  for (const route of [...describedRoutes(app, write), ...reportOperations]) {
    paths[route.path] = { ...paths[route.path], [route.method]: operationObject(route, write) };
  }
  addExamples(paths, schemas as ExampleSchemas);
  return {
    ...documentHead,
    paths: sorted(paths),
    components: { schemas: sorted(schemas) as Schemas, responses: errorComponents(), securitySchemes },
  };
}

function describedRoutes(app: INestApplication, write: SchemaWriter): DescribedRoute[] {
  const { paths } = SwaggerModule.createDocument(app, documentHead, {
    operationIdFactory: (controller, method) => `${controller}.${method}`,
    standardSchemaConverter: (schema) => ({ schema: write(schema as z.ZodType, "input") }),
  });
  const routes = new Map(nestRoutes(app).map((route) => [route.handler, route]));
  return Object.entries(paths).flatMap(([path, item]) =>
    Object.entries(item as Record<string, OperationObject>).map(([method, scanned]) => {
      const handler = scanned.operationId ?? "";
      const { operation, section, access } = routes.get(handler) ?? {};
      if (!operation || !section || !access) throw new Error(`${handler} needs @Operation, and its class @Section.`);
      return { method, path, access, section, operation, scanned };
    }),
  );
}

/** By name, so that the order in which modules are loaded does not show. */
function sorted<T>(record: Record<string, T>): Record<string, T> {
  return Object.fromEntries(Object.entries(record).sort(([a], [b]) => (a < b ? -1 : 1)));
}

type Content = Readonly<Record<string, { readonly schema?: object; example?: unknown }>>;

/** Every body that is sent or answered shows one of its kind. */
function addExamples(paths: Paths, schemas: ExampleSchemas): void {
  const operations = Object.values(paths).flatMap((item) => Object.values(item as Record<string, OperationObject>));
  for (const { requestBody, responses } of operations) {
    for (const part of [requestBody, ...Object.values(responses)]) {
      const content: Content = part && "content" in part ? part.content : {};
      for (const type of Object.values(content)) type.example ??= composeExample(type.schema ?? {}, schemas);
    }
  }
}
