import { Body, Controller, Delete, Get, HttpCode, Param, Post, Req, UseInterceptors } from "@nestjs/common";
import type { Request } from "express";
import { actorOf } from "../../auth/actor.js";
import { OperatorBodyInterceptor } from "../../auth/operator-body.interceptor.js";
import { AtLeast } from "../../common/access.js";
import { Operation, Section } from "../../common/operation.js";
import { type NewSilence, newSilenceBody, silenceAnswer, silenceList } from "./silence-answer.js";
import { SilencesService } from "./silences.service.js";

/** Silences over REST: anyone logged in reads, operators make and end them. */
@Section("Alerts")
@Controller("api/fleet/silences")
export class SilencesController {
  constructor(private readonly silences: SilencesService) {}

  @Get()
  @Operation({ id: "listSilences", summary: "Lists the silences in effect.", answers: { 200: silenceList } })
  async list() {
    return { silences: await this.silences.list() };
  }

  @AtLeast("operator")
  @Post()
  @UseInterceptors(OperatorBodyInterceptor)
  @Operation({
    id: "createSilence",
    summary: "Silences incidents for a time.",
    description: "Of an incident that is still open when its silence ends, people are told then.",
    answers: { 201: silenceAnswer },
    errors: [409],
  })
  create(@Req() req: Request, @Body({ schema: newSilenceBody }) body: NewSilence) {
    return this.silences.create(actorOf(req), body);
  }

  @AtLeast("operator")
  @Delete(":id")
  @HttpCode(204)
  @Operation({
    id: "deleteSilence",
    summary: "Ends a silence.",
    answers: { 204: "The silence has ended." },
    errors: [404],
    parameters: { id: "The silence's id." },
  })
  async remove(@Req() req: Request, @Param("id") id: string): Promise<void> {
    await this.silences.remove(actorOf(req), id);
  }
}
