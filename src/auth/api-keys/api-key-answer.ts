import { z } from "zod";
import { apiKeyScopes } from "./api-key.entity.js";

const scope = z.enum(apiKeyScopes).meta({
  description: "What a viewer may read (`read`), what an operator may (`operate`), or everything (`admin`).",
});

const example = {
  id: "5f1d7c2e9a3b4c60",
  name: "grafana",
  scope: "read" as const,
  prefix: "fleet_Qx7vZa",
  created_at: "2026-11-26T10:30:00.000Z",
  created_by: "admin",
  expires_at: "2027-06-30T00:00:00.000Z",
  last_used_at: null,
  requests_per_minute: 600,
};

/** An API key as administrators see it. */
const apiKeyAnswer = z
  .object({
    id: z.string(),
    name: z.string(),
    scope,
    prefix: z.string().meta({ description: "What the key begins with." }),
    created_at: z.iso.datetime(),
    created_by: z.string(),
    expires_at: z.iso.datetime().nullable(),
    last_used_at: z.iso.datetime().nullable().meta({ description: "To about a minute." }),
    requests_per_minute: z.int().meta({ description: "More are answered 429." }),
  })
  .meta({
    id: "ApiKey",
    description: "What a program calls this server with; the key itself is not kept.",
    examples: [example],
  });

export type ApiKeyAnswer = z.output<typeof apiKeyAnswer>;

export const newApiKeyAnswer = apiKeyAnswer
  .extend({ key: z.string().meta({ description: "The key, told this once." }) })
  .meta({
    id: "NewApiKey",
    description: "An API key that was just made.",
    examples: [{ ...example, key: "fleet_Qx7vZa..." }],
  });

export const apiKeyList = z.object({ api_keys: z.array(apiKeyAnswer) }).meta({
  id: "ApiKeyList",
  description: "All API keys, in the order of their names.",
});

const MAX_NAME = 100;
const MAX_REQUESTS = 1_000_000;
const limit = `must be a whole number from 1 to ${MAX_REQUESTS}`;

/** The body that makes a key. */
export const newApiKeyBody = z
  .strictObject({
    name: z
      .string("must be a text")
      .trim()
      .min(1, "must not be empty")
      .max(MAX_NAME, `must have at most ${MAX_NAME} characters`)
      // Without the flag u, which a pattern of JSON Schema cannot have.
      .regex(/^[ -~\u00a0-\uffff]+$/, "must hold no control characters"),
    scope: z.enum(apiKeyScopes, `must be one of ${apiKeyScopes.join(", ")}`),
    expires_at: z.iso
      .datetime({ offset: true, error: "must be a time in ISO 8601 with its zone, such as 2027-01-31T12:00:00Z" })
      .optional(),
    requests_per_minute: z
      .int(limit)
      .min(1, limit)
      .max(MAX_REQUESTS, limit)
      .optional()
      .meta({ description: "Else `server.api_key_requests_per_minute`." }),
  })
  .meta({
    id: "ApiKeyRequest",
    examples: [
      { name: "grafana", scope: "read" as const, expires_at: "2027-06-30T00:00:00Z", requests_per_minute: 1200 },
    ],
  });

export type NewApiKey = z.output<typeof newApiKeyBody>;
