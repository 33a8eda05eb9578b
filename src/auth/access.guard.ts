import { type CanActivate, type ExecutionContext, Inject, Injectable } from "@nestjs/common";
import { Reflector } from "@nestjs/core";
import type { Request, Response } from "express";
import { ACCESS, type Access, DEFAULT_ACCESS } from "../common/access.js";
import { SERVER_CONFIG, type ServerConfig } from "../config/config.module.js";
import { AgentKeys } from "./agent-keys.js";
import { assertRole } from "./assert-role.js";
import { CallerCheck } from "./caller-check.js";

/**
 * Stands before every route and enforces what the route declares with the decorators of common/access.ts; a route that
 * declares nothing is for logged-in operators. An agent's key never opens an operator's route, nor a session an agent's.
 */
@Injectable()
export class AccessGuard implements CanActivate {
  private readonly agentKeys: AgentKeys;

  constructor(
    private readonly reflector: Reflector,
    @Inject(SERVER_CONFIG) server: ServerConfig,
    private readonly callers: CallerCheck,
  ) {
    this.agentKeys = new AgentKeys(server.api_key);
  }

  async canActivate(context: ExecutionContext): Promise<boolean> {
    const declaredBy = [context.getHandler(), context.getClass()];
    const access = this.reflector.getAllAndOverride<Access | undefined>(ACCESS, declaredBy) ?? DEFAULT_ACCESS;
    const req = context.switchToHttp().getRequest<Request>();
    switch (access.kind) {
      case "public":
        break;
      case "agent":
        this.agentKeys.assertAccepted(req.get("X-API-Key"));
        break;
      case "operator":
        req.caller = assertRole(
          await this.callers.callerOf(req, context.switchToHttp().getResponse<Response>()),
          access.atLeast,
        );
        break;
    }
    return true;
  }
}
