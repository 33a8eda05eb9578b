import type { INestApplication } from "@nestjs/common";
import { type OpenAPIObject, SwaggerModule } from "@nestjs/swagger";
import type { z } from "zod";
import { errorSchema } from "../common/error-schema.js";
import { type DirectOperation, sections } from "../common/operation.js";
import { VERSION } from "../common/version.js";
import { reportOperations } from "../fleet/ingest/report-operations.js";
import { errorComponents } from "./error-answers.js";
import { jsonSchemaOf } from "./json-schemas.js";
import { nestRoutes } from "./nest-routes.js";
import { type DescribedRoute, type OperationObject, operationObject } from "./operation-object.js";
import { securitySchemes } from "./security-schemes.js";

type ComponentSchemas = NonNullable<NonNullable<OpenAPIObject["components"]>["schemas"]>;
type Schemas = Record<string, z.core.JSONSchema.BaseSchema>;

/**
 * Makes the OpenAPI 3.1 document of an application: addresses, parameters and bodies as @nestjs/swagger reads them off
 * the routes, with what the routes say of themselves. Importing it costs a quarter of a second: do so where it is needed.
 * Throws where a route does not describe itself.
 */
export function makeDocument(app: INestApplication): OpenAPIObject {
  const schemas: Schemas = {};
  const write = (schema: z.ZodType, io: "input" | "output") => {
    const converted = jsonSchemaOf(schema, io);
    Object.assign(schemas, converted.components);
    return converted.schema;
  };
  write(errorSchema, "output");

  const scanned = SwaggerModule.createDocument(app, head, {
    operationIdFactory: (controller, method) => `${controller}.${method}`,
    standardSchemaConverter: (schema) => ({ schema: write(schema as z.ZodType, "input") }),
  });
  const routes = new Map(nestRoutes(app).map((route) => [route.handler, route]));
  const paths = Object.entries(scanned.paths).map(([path, item]) => {
    const operations = Object.entries(item as Record<string, OperationObject>).map(([method, seen]) => {
      const handler = seen.operationId ?? "";
      const { operation, section, access } = routes.get(handler) ?? {};
      if (!operation || !section || !access) throw new Error(`${handler} needs @Operation, and its class @Section.`);
      return [method, operationObject({ method, access, section, operation, scanned: seen }, write)];
    });
    return [path, Object.fromEntries(operations)] as const;
  });
  const direct = reportOperations.map((route) => [
    route.path,
    { [route.method]: operationObject(describedRoute(route), write) },
  ]);
  return {
    ...head,
    paths: sorted(Object.fromEntries([...paths, ...direct])),
    components: { schemas: sorted(schemas) as ComponentSchemas, responses: errorComponents(), securitySchemes },
  };
}

function describedRoute(route: DirectOperation): DescribedRoute {
  return { ...route, scanned: {} };
}

const head: Pick<OpenAPIObject, "openapi" | "info" | "tags"> = {
  openapi: "3.1.1",
  info: {
    title: "Fleet Server",
    version: VERSION,
    description:
      "Watches a fleet of machines: agents post reports, operators look at the fleet. Times are ISO 8601 in UTC. " +
      "Whatever goes wrong is answered in one shape, `Error`, whose `code` never changes.",
  },
  tags: Object.entries(sections).map(([name, description]) => ({ name, description })),
};

/** By name, so that the order in which modules are loaded does not show. */
function sorted<T>(record: Record<string, T>): Record<string, T> {
  return Object.fromEntries(Object.entries(record).sort(([a], [b]) => (a < b ? -1 : 1)));
}
