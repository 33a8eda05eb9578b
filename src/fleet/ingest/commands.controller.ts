import { Controller, Get } from "@nestjs/common";
import { AgentsOnly } from "../../common/access.js";

/** Agents in the field poll for commands; there are none to give. */
@AgentsOnly()
@Controller("api/fleet")
export class CommandsController {
  @Get("commands/:machineId")
  commands() {
    return { commands: [] };
  }
}
