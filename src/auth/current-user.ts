import { type ExecutionContext, createParamDecorator } from "@nestjs/common";
import type { Request } from "express";
import type { Caller } from "../common/caller.js";

/** The operator whom the guard has let in: `@CurrentUser() caller: Caller`. Not for public or agents' routes. */
export const CurrentUser = createParamDecorator((_data: unknown, context: ExecutionContext): Caller => {
  const { caller } = context.switchToHttp().getRequest<Request>();
  if (!caller) throw new Error("CurrentUser stands at a route that lets in callers who are not logged in");
  return caller;
});
