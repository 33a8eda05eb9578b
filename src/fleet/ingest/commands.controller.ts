import { Controller, Get, HttpCode, Inject, Post, Req, Res } from "@nestjs/common";
import type { Request, Response } from "express";
import { AgentsOnly } from "../../common/access.js";
import { SERVER_CONFIG, type ServerConfig } from "../../config/config.module.js";
import { readBody } from "./read-body.js";
import { notJsonType } from "./report-errors.js";
import { ReportReader } from "./report-reader.js";
import { ReportWriter } from "./report-writer.js";

/** What agents talk to. A report is answered after it is committed. */
@AgentsOnly()
@Controller("api/fleet")
export class ReportController {
  constructor(
    @Inject(SERVER_CONFIG) private readonly server: ServerConfig,
    private readonly reader: ReportReader,
    private readonly writer: ReportWriter,
  ) {}

  @Post("report")
  @HttpCode(200)
  async report(@Req() req: Request, @Res({ passthrough: true }) res: Response) {
    if (!isJson(req.headers["content-type"])) throw notJsonType();
    const body = await readBody(req, this.server.max_report_size);
    const report = this.reader.read(body);
    await this.writer.write(report, () => res.destroyed);
    return { status: "ok", e2ee_verified: report.encrypted, db_key_stored: false };
  }

  /** Agents in the field poll this; there are no commands to give. */
  @Get("commands/:machineId")
  commands() {
    return { commands: [] };
  }
}

function isJson(contentType: string | undefined): boolean {
  const type = contentType?.split(";", 1)[0]?.trim().toLowerCase();
  return type === undefined || type === "application/json" || type.endsWith("+json");
}
