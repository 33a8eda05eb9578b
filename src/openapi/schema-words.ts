import { html, type Html } from "./html.js";

/** What the page reads of a JSON schema; the rest of it stands under its name. */
export interface ShownSchema {
  readonly $ref?: string;
  readonly type?: string | readonly string[];
  readonly format?: string;
  readonly enum?: readonly unknown[];
  readonly anyOf?: readonly ShownSchema[];
  readonly minimum?: number;
  readonly maximum?: number;
  readonly maxLength?: number;
  readonly default?: unknown;
}

/** A schema in a few words, with links to the shapes it names. */
export function schemaWords(schema: ShownSchema): Html {
  if (schema.$ref !== undefined) {
    const name = schema.$ref.split("/").at(-1) ?? "";
    return html`<a href="#shape-${name}">${name}</a>`;
  }
  if (schema.anyOf) {
    return html`${schema.anyOf.map((one, index) => html`${index > 0 && " or "}${schemaWords(one)}`)}`;
  }
  return html`${[typeWords(schema), ...limitWords(schema)].join(", ")}`;
}

function typeWords({ type, format, enum: words }: ShownSchema): string {
  if (words) return words.map((word) => JSON.stringify(word)).join(" | ");
  return format ?? [type ?? "anything"].flat().join(" or ");
}

function limitWords({ minimum, maximum, maxLength, default: otherwise }: ShownSchema): string[] {
  const limits = [
    minimum !== undefined && `at least ${minimum}`,
    maximum !== undefined && `at most ${maximum}`,
    maxLength !== undefined && `at most ${maxLength} characters`,
    otherwise !== undefined && `else ${JSON.stringify(otherwise)}`,
  ];
  return limits.filter((limit) => limit !== false);
}
