import { Controller, Get } from "@nestjs/common";
import { Operation, Section } from "../common/operation.js";
import type { SessionUser } from "../sessions/session-data.js";
import { CurrentUser } from "./current-user.js";
import { currentUser } from "./login-answer.js";

@Section("Login")
@Controller("api/fleet/current-user")
export class CurrentUserController {
  @Get()
  @Operation({ id: "getCurrentUser", summary: "Tells who calls, and what they may do.", answers: { 200: currentUser } })
  show(@CurrentUser() { username, role }: SessionUser) {
    return { username, role };
  }
}
