import type { OpenAPIObject } from "@nestjs/swagger";
import { sections } from "../common/operation.js";
import { VERSION } from "../common/version.js";

/** What the document says before it comes to the operations. */
export const documentHead: Pick<OpenAPIObject, "openapi" | "info" | "tags"> = {
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

/** How callers show who they are; the names that operations refer to. */
export const securitySchemes = {
  agentKey: {
    type: "apiKey",
    in: "header",
    name: "X-API-Key",
    description: "One of `server.api_key`, for agents. It opens what is for agents, and nothing else.",
  },
  session: {
    type: "apiKey",
    in: "cookie",
    name: "fleet_session",
    description:
      "A login; `POST /login` gives it, as an HttpOnly cookie. The role that is needed (`viewer`, `operator` or " +
      "`admin`), or a higher one, stands beside it.",
  },
  apiKey: {
    type: "http",
    scheme: "bearer",
    description:
      "An API key for programs, which administrators make (`POST /api/fleet/api-keys`). Its scope is `read` (what a viewer " +
      "may read), `operate` (what an operator may) or `admin` (everything); the one that is needed, or a higher one, stands " +
      "beside it. Every key has a limit of requests a minute: `RateLimit-Limit`, `RateLimit-Remaining` and " +
      "`RateLimit-Reset` (seconds) tell what is left of it, and past it requests are answered 429.",
  },
} as const;
