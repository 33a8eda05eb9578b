import { Controller, Get } from "@nestjs/common";
import { AgentsOnly } from "../../common/access.js";
import { Operation, Section } from "../../common/operation.js";
import { commandList } from "./ingest-answer.js";

/** Agents in the field poll for commands; there are none to give. */
@AgentsOnly()
@Section("Agents")
@Controller("api/fleet")
export class CommandsController {
  @Get("commands/:machineId")
  @Operation({
    id: "pollCommands",
    summary: "Gives the commands for a machine, of which there never are any.",
    answers: { 200: commandList },
    parameters: { machineId: "The machine's id." },
  })
  commands() {
    return { commands: [] };
  }
}
