import { type ExecutionContext, createParamDecorator } from "@nestjs/common";
import type { Request } from "express";
import type { SessionUser } from "../sessions/session-data.js";

/** The operator whom the guard has let in: `@CurrentUser() user: SessionUser`. Not for public or agents' routes. */
export const CurrentUser = createParamDecorator((_data: unknown, context: ExecutionContext): SessionUser => {
  const { user } = context.switchToHttp().getRequest<Request>().session;
  if (!user) throw new Error("CurrentUser stands at a route that lets in callers who are not logged in");
  return user;
});
