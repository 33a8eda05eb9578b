import { Controller, Get } from "@nestjs/common";
import type { SessionUser } from "../sessions/session-data.js";
import { CurrentUser } from "./current-user.js";

@Controller("api/fleet/current-user")
export class CurrentUserController {
  @Get()
  show(@CurrentUser() { username, role }: SessionUser) {
    return { username, role };
  }
}
