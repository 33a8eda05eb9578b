import { NestFactory } from "@nestjs/core";
import type { OpenAPIObject } from "@nestjs/swagger";
import { type SpecData, Validator } from "@seriousme/openapi-schema-validator";
import { readFileSync } from "node:fs";
import { AppModule } from "../../../src/app.module.js";
import { sections } from "../../../src/common/operation.js";
import { loadConfig } from "../../../src/config/load-config.js";
import { NO_EXAMPLE } from "../../../src/openapi/compose-example.js";
import { makeDocument } from "../../../src/openapi/make-document.js";
import { previewDocument } from "../../../src/server/preview-document.js";
import { type Described, DescribedApi } from "../../support/described-api.js";
import { newFernetKey } from "../../support/keys.js";

let document: OpenAPIObject;
let api: DescribedApi;
let operations: readonly Described[];

beforeAll(async () => {
  document = await previewDocument();
  api = new DescribedApi(JSON.parse(JSON.stringify(document)) as OpenAPIObject);
  ({ operations } = api);
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

  it("is an OpenAPI 3.1 document, as the official schema has it", async () => {
    const validator = new Validator();
    const { valid, errors } = await validator.validate(JSON.parse(JSON.stringify(document)) as SpecData);
    expect([valid, errors]).toEqual([true, undefined]);
    expect(validator.version).toBe("3.1");
    const { valid: stillValid } = await validator.validate({ ...document, paths: { machines: {} } });
    expect(stillValid).toBe(false);
  });

  it("gives examples that fit their shapes", () => {
    const shown = Object.entries(document.components?.schemas ?? {}) as [string, { examples?: unknown[] }][];
    for (const [name, { examples = [] }] of shown) {
      const $ref = `#/components/schemas/${name}`;
      for (const example of examples) expect([name, api.mismatch({ $ref }, example)]).toEqual([name, undefined]);
    }
  });

  it("gives an example of every body, sent or answered, and one that fits", () => {
    for (const { name, operation } of operations) {
      const bodies = [operation.requestBody, ...Object.values(operation.responses)];
      const contents = bodies.flatMap((body) => (body && "content" in body ? Object.entries(body.content ?? {}) : []));
      for (const [mediaType, { schema, example }] of contents) {
        expect([name, mediaType, example === undefined ? NO_EXAMPLE : JSON.stringify(example)]).not.toContainEqual(
          expect.stringContaining(NO_EXAMPLE),
        );
        expect([name, mediaType, api.mismatch(schema, example)]).toEqual([name, mediaType, undefined]);
      }
    }
  });

  it("gives an example of every error, under the codes that the operation may answer", () => {
    for (const { name, operation } of operations) {
      const failed = Object.entries(operation.responses).filter(([, answer]) => answer && "$ref" in answer);
      for (const [status, answer] of failed) {
        const { description = "" } = answer as { description?: string };
        const codes = [...description.matchAll(/`([A-Z_]+)`/g)].map(([, code = ""]) => code);
        expect([name, status, codes.length > 0]).toEqual([name, status, true]);
        const { schema, examples = {} } = api.responseOf(operation, status)?.content?.["application/json"] ?? {};
        for (const code of codes) {
          const example = (examples as Record<string, { value: unknown }>)[code]?.value;
          expect([name, api.mismatch(schema, example), example]).toEqual([
            name,
            undefined,
            expect.objectContaining({ code }),
          ]);
        }
      }
    }
  });
});
