import { NestFactory } from "@nestjs/core";
import type { OpenAPIObject } from "@nestjs/swagger";
import { readFileSync } from "node:fs";
import { z } from "zod";
import { AppModule } from "../../../src/app.module.js";
import { sections } from "../../../src/common/operation.js";
import { loadConfig } from "../../../src/config/load-config.js";
import { makeDocument } from "../../../src/openapi/make-document.js";
import type { OperationObject } from "../../../src/openapi/operation-object.js";
import { previewDocument } from "../../../src/server/preview-document.js";
import { newFernetKey } from "../../support/keys.js";

interface Listed {
  readonly name: string;
  readonly path: string;
  readonly operation: OperationObject;
}

let document: OpenAPIObject;
let operations: Listed[];

beforeAll(async () => {
  document = await previewDocument();
  operations = Object.entries(document.paths).flatMap(([path, item]) =>
    Object.entries(item as Record<string, OperationObject>).map(([method, operation]) => ({
      name: `${method} ${path}`,
      path,
      operation,
    })),
  );
});

/** Every value of a member of this name, at any depth. */
function membersNamed(name: string, value: unknown): unknown[] {
  if (typeof value !== "object" || value === null) return [];
  return Object.entries(value).flatMap(([key, member]: [string, unknown]) => [
    ...(key === name ? [member] : []),
    ...membersNamed(name, member),
  ]);
}

describe("the OpenAPI document", () => {
  it("is the one in docs/openapi.json (npm run api:generate writes it)", () => {
    const committed = readFileSync(new URL("../../../docs/openapi.json", import.meta.url), "utf8");
    expect(JSON.parse(committed)).toEqual(JSON.parse(JSON.stringify(document)));
  });

  it("is the same of a node in a cluster", async () => {
    const config = loadConfig({
      env: {
        FLEET_SERVER__API_KEY: "used-by-no-agent-at-all",
        FLEET_SERVER__WEB_PASSWORD: "used by nobody at all",
        FLEET_SERVER__DB_ENCRYPTION_KEY: newFernetKey(),
        FLEET_CLUSTER__ENABLED: "true",
      },
    });
    const app = await NestFactory.create(AppModule.register(config), { preview: true, logger: false });
    expect(makeDocument(app)).toEqual(document);
  });

  it("refers only to what it has", () => {
    const references = membersNamed("$ref", document);
    expect(references.length).toBeGreaterThan(50);
    for (const reference of references) {
      const [root, ...path] = String(reference).split("/");
      expect(root).toBe("#");
      expect(document).toHaveProperty(path, expect.any(Object));
    }
  });

  it("names every shape for something that uses it", () => {
    const used = new Set(membersNamed("$ref", document));
    const shapes = Object.keys(document.components?.schemas ?? {}).map((name) => `#/components/schemas/${name}`);
    expect(shapes.filter((shape) => !used.has(shape))).toEqual([]);
  });

  it("names each operation differently", () => {
    const ids = operations.map(({ operation }) => operation.operationId);
    expect(new Set(ids).size).toBe(ids.length);
    for (const id of ids) expect(id).toMatch(/^[a-z][A-Za-z]+$/);
  });

  it("says of each operation what it does, in which section, and who may call it", () => {
    const schemes = Object.keys(document.components?.securitySchemes ?? {});
    for (const { name, operation } of operations) {
      expect([name, operation.summary]).toEqual([name, expect.stringMatching(/^[A-Z].{10,}\.$/)]);
      expect(Object.keys(sections)).toContain(operation.tags?.[0]);
      for (const needed of operation.security ?? [])
        expect(schemes).toEqual(expect.arrayContaining(Object.keys(needed)));
    }
  });

  it("describes the parameters in each address, and no others as such", () => {
    for (const { name, path, operation } of operations) {
      const inAddress = [...path.matchAll(/\{(\w+)\}/g)].map(([, parameter]) => parameter);
      const described = (operation.parameters ?? []).flatMap((parameter) =>
        "in" in parameter && parameter.in === "path" ? [parameter] : [],
      );
      expect([name, described.map((parameter) => parameter.name)]).toEqual([name, inAddress]);
      for (const { required, description } of described) expect([name, required, description]).not.toContain(undefined);
    }
  });

  it("describes a good answer of every operation, and every answer in words", () => {
    for (const { name, operation } of operations) {
      const statuses = Object.keys(operation.responses);
      expect([name, statuses.some((status) => /^[23]\d\d$/.test(status))]).toEqual([name, true]);
      for (const answer of Object.values(operation.responses)) {
        expect(answer && ("$ref" in answer ? answer.$ref : answer.description)).toMatch(/./);
      }
    }
  });

  it("gives examples that fit their shapes", () => {
    const $defs = JSON.parse(
      JSON.stringify(document.components?.schemas).replaceAll("#/components/schemas/", "#/$defs/"),
    ) as Record<string, { examples?: unknown[] }>;
    const shown = Object.entries($defs).filter(([, { examples }]) => examples !== undefined);
    expect(shown.length).toBeGreaterThan(8);
    for (const [name, { examples = [] }] of shown) {
      const schema = z.fromJSONSchema({ $ref: `#/$defs/${name}`, $defs });
      for (const example of examples) expect([name, schema.safeParse(example).error]).toEqual([name, undefined]);
    }
  });
});
