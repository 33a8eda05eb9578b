import { NO_EXAMPLE, composeExample } from "../../../src/openapi/compose-example.js";

describe("the example of a schema", () => {
  it.each<[what: string, schema: Parameters<typeof composeExample>[0], example: unknown]>([
    ["is the one it gives", { type: "string", examples: ["web-01"] }, "web-01"],
    ["is the first word it allows", { enum: ["online", "offline"] }, "online"],
    ["is its default", { type: "integer", default: 500 }, 500],
    ["is a time", { type: "string", format: "date-time" }, "2026-11-26T10:30:00.000Z"],
    ["is as small as it may be", { type: "integer", minimum: 10 }, 10],
    ["is null where it says nothing and may be", { type: ["string", "null"] }, null],
    ["is null instead of a choice that says nothing", { anyOf: [{ type: "string" }, { type: "null" }] }, null],
    ["is the first choice that says something", { anyOf: [{ const: true }, { type: "null" }] }, true],
    ["is an empty list where nothing may be in it", { type: "array", items: {}, maxItems: 0 }, []],
    ["is a list as long as it must be", { type: "array", items: { const: 0 }, minItems: 3 }, [0, 0, 0]],
    ["is owned to be missing", { type: "string" }, NO_EXAMPLE],
    [
      "is made of those of its parts",
      { properties: { machines: { items: { $ref: "#/components/schemas/Machine" } }, total: { type: "integer" } } },
      { machines: [{ id: "web-01" }], total: 1 },
    ],
  ])("%s", (_what, schema, example) => {
    expect(composeExample(schema, { Machine: { examples: [{ id: "web-01" }] } })).toEqual(example);
  });
});
