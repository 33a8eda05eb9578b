import { type CanActivate, type ExecutionContext, Injectable } from "@nestjs/common";
import { Reflector } from "@nestjs/core";
import type { Request } from "express";
import { ACCESS, type Access } from "../common/access.js";
import { FleetError } from "../common/fleet-error.js";
import { bearerOf } from "./api-keys/api-key-text.js";
import { comesFromHere } from "./same-origin.js";

/**
 * Keeps other sites' pages from changing anything in the name of whoever looks at them, or logging them in or out.
 * Agents are no browsers, and their key is not one that a browser sends by itself.
 */
@Injectable()
export class SameOriginGuard implements CanActivate {
  constructor(private readonly reflector: Reflector) {}

  canActivate(context: ExecutionContext): boolean {
    const declaredBy = [context.getHandler(), context.getClass()];
    const access = this.reflector.getAllAndOverride<Access | undefined>(ACCESS, declaredBy);
    if (access?.kind === "agent") return true;
    const req = context.switchToHttp().getRequest<Request>();
    // No page can make a browser send another site's key.
    if (bearerOf(req.get("Authorization")) !== undefined) return true;
    const { method } = req;
    const host = req.host as string | undefined;
    if (comesFromHere({ method, fetchSite: req.get("Sec-Fetch-Site"), origin: req.get("Origin"), host })) return true;
    throw new FleetError(
      403,
      "CROSS_ORIGIN",
      "Another site's page sent this request, which may change nothing here. If the page was this server's own, the " +
        "proxy in between must pass on the Host header with its port.",
    );
  }
}
