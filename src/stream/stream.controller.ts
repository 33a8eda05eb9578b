import { Controller, Get, Query, Req, Res } from "@nestjs/common";
import type { Request, Response } from "express";
import { type StreamQuery, streamQuery } from "./stream-query.js";
import { Streams } from "./streams.js";

/** What changes, as it changes: server-sent events for logged-in operators. */
@Controller("api/fleet/stream")
export class StreamController {
  constructor(private readonly streams: Streams) {}

  @Get()
  async open(
    @Req() req: Request,
    @Res() res: Response,
    @Query({ schema: streamQuery }) query: StreamQuery,
  ): Promise<void> {
    await this.streams.open(req, res, query);
  }
}
