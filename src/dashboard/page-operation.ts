import { type OperationDescription, PAGE_EXAMPLE } from "../common/operation.js";

/** A page of the web UI as the OpenAPI document describes it. */
export function pageOperation(
  id: string,
  shows: string,
  parameters: Readonly<Record<string, string>> = {},
): OperationDescription {
  return {
    id,
    summary: `Shows ${shows}.`,
    parameters,
    answers: {
      200: { description: "The web UI, which reads the rest.", mediaType: "text/html", example: PAGE_EXAMPLE },
      302: "To the login, for those who are not logged in.",
    },
  };
}
