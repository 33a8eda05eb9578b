import { apiPage } from "../../../src/openapi/api-page.js";
import { callers } from "../../../src/openapi/operation-article.js";
import { prose } from "../../../src/openapi/prose.js";
import { schemaWords } from "../../../src/openapi/schema-words.js";
import { previewDocument } from "../../../src/server/preview-document.js";

describe("the page of the API", () => {
  it("shows every operation and every shape, and needs nothing that the content security policy forbids", async () => {
    const document = await previewDocument();
    const page = apiPage(document, "Tom & Jerry");
    expect(page).toContain("Tom &amp; Jerry");
    for (const [path, item] of Object.entries(document.paths)) {
      for (const method of Object.keys(item)) expect(page).toContain(`<code>${method.toUpperCase()} ${path}</code>`);
    }
    for (const name of Object.keys(document.components?.schemas ?? {})) expect(page).toContain(`id="shape-${name}"`);
    expect(page).not.toMatch(/<script|<style|style=|onclick=|(src|href)="(https?:)?\/\//);
    const targets = [...page.matchAll(/href="#([^"]+)"/g)].map(([, target]) => target);
    expect(targets.length).toBeGreaterThan(20);
    for (const target of targets) expect(page).toContain(`id="${target ?? ""}"`);
  });
});

it.each([
  [[], "For anyone."],
  [[{ agentKey: [] }], "For agents."],
  [[{ session: ["viewer"] }, { apiKey: ["read"] }], "For everybody who is logged in, and for API keys of scope read."],
  [[{ session: ["admin"] }, { apiKey: ["admin"] }], "For whoever is admin or above, and for API keys of scope admin."],
])("says in words who may call: %j", (security, words) => {
  expect(callers({ security })).toBe(words);
});

it.each([
  [{ type: "integer", minimum: 1, maximum: 1000, default: 500 }, "integer, at least 1, at most 1000, else 500"],
  [{ type: "string", maxLength: 255 }, "string, at most 255 characters"],
  [{ type: ["string", "null"] }, "string or null"],
  [{ type: "string", format: "date-time" }, "date-time"],
  [{ enum: ["a", "b"] }, "&quot;a&quot; | &quot;b&quot;"],
  [{ anyOf: [{ type: "null" }, { $ref: "#/components/schemas/Node" }] }, 'null or <a href="#shape-Node">Node</a>'],
  [{}, "anything"],
])("says in words what a schema allows: %j", (schema, words) => {
  expect(String(schemaWords(schema))).toBe(words);
});

it("shows as code what stands between backticks, and escapes the rest", () => {
  expect(String(prose("Send `a<b`, or <c>."))).toBe("Send <code>a&lt;b</code>, or &lt;c&gt;.");
});
