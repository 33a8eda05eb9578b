import type { OpenAPIObject } from "@nestjs/swagger";
import { html, type Html } from "./html.js";
import type { OperationObject } from "./operation-object.js";
import { prose } from "./prose.js";
import { type ShownSchema, schemaWords } from "./schema-words.js";

type Components = OpenAPIObject["components"];
type Content = Readonly<Record<string, { readonly schema?: object }>>;

/** An operation and where it is. */
export interface ShownOperation {
  readonly method: string;
  readonly path: string;
  readonly operation: OperationObject;
}

/** One operation of the page that describes the API: who may call it, what it takes and what it answers. */
export function operationArticle({ method, path, operation }: ShownOperation, components: Components): Html {
  return html`<article class="operation" id="${operation.operationId}">
    <h3><code>${method.toUpperCase()} ${path}</code></h3>
    <p>${operation.summary} ${prose(operation.description)}</p>
    <p class="muted">${callers(operation)}</p>
    ${parameterTable(operation)} ${bodyLine(operation)} ${answerTable(operation, components)}
  </article>`;
}

/** Who may call an operation, in words. */
export function callers({ security = [] }: Pick<OperationObject, "security">): string {
  const [needed] = security;
  if (needed === undefined) return "For anyone.";
  if ("agentKey" in needed) return "For agents.";
  const role = needed["session"]?.[0] ?? "";
  const scope = security[1]?.["apiKey"]?.[0] ?? "";
  const people = role === "viewer" ? "everybody who is logged in" : `whoever is ${role} or above`;
  return `For ${people}, and for API keys of scope ${scope}.`;
}

function parameterTable({ parameters = [] }: OperationObject): Html | null {
  if (parameters.length === 0) return null;
  const rows = parameters.map((parameter) => {
    if (!("name" in parameter)) return null;
    const { name, in: place, required, description, schema = {} } = parameter;
    return html`<tr>
      <td data-label="Parameter"><code>${name}</code></td>
      <td data-label="In">${place}${required === true && ", required"}</td>
      <td data-label="Type">${schemaWords(schema)}</td>
      <td class="wide">${prose(description)}</td>
    </tr>`;
  });
  return html`<table>
    <thead>
      <tr>
        <th scope="col">Parameter</th>
        <th scope="col">In</th>
        <th scope="col">Type</th>
        <th scope="col">Meaning</th>
      </tr>
    </thead>
    <tbody>
      ${rows}
    </tbody>
  </table>`;
}

function bodyLine({ requestBody }: OperationObject): Html | null {
  if (!requestBody || !("content" in requestBody)) return null;
  return html`<p>Body: ${contentWords(requestBody.content)}</p>`;
}

function answerTable({ responses }: OperationObject, components: Components): Html {
  const rows = Object.entries(responses).map(([status, response = { description: "" }]) => {
    const { description, content = {} } =
      "$ref" in response ? { ...referredResponse(response.$ref, components), ...response } : response;
    return html`<tr>
      <td data-label="Answer">${status}</td>
      <td class="wide">${prose(description)}</td>
      <td class="wide">${contentWords(content)}</td>
    </tr>`;
  });
  return html`<table>
    <thead>
      <tr>
        <th scope="col">Answer</th>
        <th scope="col">Meaning</th>
        <th scope="col">Body</th>
      </tr>
    </thead>
    <tbody>
      ${rows}
    </tbody>
  </table>`;
}

function contentWords(content: Content): Html[] {
  return Object.entries(content).map(
    ([mediaType, { schema }]) => html`${mediaType}${schema && html`: ${schemaWords(schema as ShownSchema)}`} `,
  );
}

function referredResponse(reference: string, components: Components) {
  const response = components?.responses?.[reference.split("/").at(-1) ?? ""];
  return response && !("$ref" in response) ? response : { description: "" };
}
