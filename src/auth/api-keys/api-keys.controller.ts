import { Body, Controller, Delete, Get, Header, HttpCode, Param, Post, Req, UseInterceptors } from "@nestjs/common";
import type { Request } from "express";
import { AtLeast } from "../../common/access.js";
import { Operation, Section } from "../../common/operation.js";
import { actorOf } from "../actor.js";
import { OperatorBodyInterceptor } from "../operator-body.interceptor.js";
import { type ApiKeyAnswer, type NewApiKey, apiKeyList, newApiKeyAnswer, newApiKeyBody } from "./api-key-answer.js";
import { ApiKeyLimits } from "./api-key-limits.js";
import type { ApiKey } from "./api-key.entity.js";
import { ApiKeysService } from "./api-keys.service.js";

/** API keys over REST, for administrators. */
@AtLeast("admin")
@Section("API keys")
@UseInterceptors(OperatorBodyInterceptor)
@Controller("api/fleet/api-keys")
export class ApiKeysController {
  constructor(
    private readonly keys: ApiKeysService,
    private readonly limits: ApiKeyLimits,
  ) {}

  @Get()
  @Operation({ id: "listApiKeys", summary: "Lists the API keys.", answers: { 200: apiKeyList } })
  async list() {
    return { api_keys: (await this.keys.list()).map((key) => this.view(key)) };
  }

  @Post()
  @Header("Cache-Control", "no-store")
  @Operation({
    id: "createApiKey",
    summary: "Makes an API key, and tells it this once.",
    answers: { 201: newApiKeyAnswer },
    errors: [409],
  })
  async create(@Req() req: Request, @Body({ schema: newApiKeyBody }) body: NewApiKey) {
    const { apiKey, key } = await this.keys.create(actorOf(req), body);
    return { ...this.view(apiKey), key };
  }

  @Delete(":id")
  @HttpCode(204)
  @Operation({
    id: "deleteApiKey",
    summary: "Deletes an API key; programs that use it are refused within seconds.",
    answers: { 204: "The key is gone." },
    errors: [404],
    parameters: { id: "The key's id." },
  })
  async remove(@Req() req: Request, @Param("id") id: string): Promise<void> {
    await this.keys.remove(actorOf(req), id);
  }

  private view(key: ApiKey): ApiKeyAnswer {
    const { id, name, scope, prefix, createdAt, createdBy, expiresAt, lastUsedAt } = key;
    return {
      id,
      name,
      scope,
      prefix,
      created_at: new Date(createdAt).toISOString(),
      created_by: createdBy,
      expires_at: timeOrNull(expiresAt),
      last_used_at: timeOrNull(lastUsedAt),
      requests_per_minute: this.limits.of(key),
    };
  }
}

function timeOrNull(ms: number | null): string | null {
  return ms === null ? null : new Date(ms).toISOString();
}
