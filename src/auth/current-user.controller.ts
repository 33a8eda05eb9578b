import { Controller, Get } from "@nestjs/common";
import type { Caller } from "../common/caller.js";
import { Operation, Section } from "../common/operation.js";
import { CurrentUser } from "./current-user.js";
import { currentUser } from "./login-answer.js";

@Section("Login")
@Controller("api/fleet/current-user")
export class CurrentUserController {
  @Get()
  @Operation({ id: "getCurrentUser", summary: "Tells who calls, and what they may do.", answers: { 200: currentUser } })
  show(@CurrentUser() { username, role }: Caller) {
    return { username, role };
  }
}
