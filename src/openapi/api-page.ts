import type { OpenAPIObject } from "@nestjs/swagger";
import { html, type Html } from "./html.js";
import { type ShownOperation, operationArticle } from "./operation-article.js";
import type { OperationObject } from "./operation-object.js";
import { prose } from "./prose.js";

/** The OpenAPI document as a page to read: every operation by its section, and the shapes they speak of. */
export function apiPage(document: OpenAPIObject, organization: string): string {
  const { info, tags = [], components } = document;
  const operations = Object.entries(document.paths).flatMap(([path, item]) =>
    Object.entries(item as Record<string, OperationObject>).map(([method, operation]) => ({ method, path, operation })),
  );
  const body = html`<header class="bar">
      <strong>${organization}</strong>
      <nav aria-label="Pages">
        <a href="/dashboard">Overview</a>
        <a href="/api/docs" aria-current="page">API</a>
        <a href="/api/openapi.json">OpenAPI document</a>
      </nav>
    </header>
    <main>
      <h1>${info.title} API, version ${info.version}</h1>
      <p>${prose(info.description)}</p>
      ${schemeList(components)} ${tags.map((tag) => section(tag, operations, components))}
      <h2>Shapes</h2>
      ${shapes(components)}
    </main>`;
  return html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="color-scheme" content="light dark" />
        <title>API · ${organization}</title>
        <link rel="stylesheet" href="/static/docs.css" />
        <link rel="icon" type="image/svg+xml" href="/static/icon.svg" />
      </head>
      <body>
        ${body}
      </body>
    </html> `.toString();
}

function schemeList(components: OpenAPIObject["components"]): Html {
  const items = Object.entries(components?.securitySchemes ?? {}).map(([name, scheme]) => {
    if ("$ref" in scheme) return null;
    const place = scheme.type === "http" ? "header Authorization: Bearer" : `${scheme.in ?? ""} ${scheme.name ?? ""}`;
    return html`<li><b>${name}</b> (<code>${place}</code>): ${prose(scheme.description)}</li>`;
  });
  return html`<ul>
    ${items}
  </ul>`;
}

function section(
  { name, description }: { name: string; description?: string },
  operations: readonly ShownOperation[],
  components: OpenAPIObject["components"],
): Html {
  const own = operations.filter(({ operation }) => operation.tags?.includes(name));
  return html`<section>
    <h2>${name}</h2>
    <p>${prose(description)}</p>
    ${own.map((one) => operationArticle(one, components))}
  </section>`;
}

/** A link to a shape opens it, because what it leads to lies inside. */
function shapes(components: OpenAPIObject["components"]): Html[] {
  return Object.entries(components?.schemas ?? {}).map(
    ([name, schema]) =>
      html`<details>
        <summary>${name} <span class="muted">${"description" in schema && prose(schema.description)}</span></summary>
        <pre id="shape-${name}">${JSON.stringify(schema, null, 2)}</pre>
      </details>`,
  );
}
