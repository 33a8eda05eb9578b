import { StandardSchemaValidationPipe } from "@nestjs/common";
import { FleetError } from "./fleet-error.js";

/** Checks `@Query({ schema })` and the like against their zod schema; a mismatch is a 400 that names what is wrong. */
export function validationPipe(): StandardSchemaValidationPipe {
  return new StandardSchemaValidationPipe({
    exceptionFactory: (issues) => {
      const sentences = issues.slice(0, 10).map((issue) => {
        const path = issue.path?.map((part) => String(typeof part === "object" ? part.key : part)).join(".");
        return path ? `${path}: ${issue.message}` : issue.message;
      });
      return new FleetError(400, "INVALID_REQUEST", sentences.join("; "));
    },
  });
}
