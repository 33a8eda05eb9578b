/** How callers show who they are; the names that operations refer to. */
export const securitySchemes = {
  agentKey: {
    type: "apiKey",
    in: "header",
    name: "X-API-Key",
    description: "One of `server.api_key`, for agents.",
  },
  session: {
    type: "apiKey",
    in: "cookie",
    name: "fleet_session",
    description: "A login; `POST /login` gives it. The role that is needed, or a higher one, stands beside it.",
  },
  apiKey: {
    type: "http",
    scheme: "bearer",
    description:
      "An API key for programs. The scope `read` opens what changes nothing and needs no administrator, `admin` all.",
  },
} as const;
