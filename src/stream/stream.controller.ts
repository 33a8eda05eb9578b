import { Controller, Get, Query, Req, Res } from "@nestjs/common";
import type { Request, Response } from "express";
import { Operation, Section } from "../common/operation.js";
import { type StreamQuery, streamQuery } from "./stream-query.js";
import { Streams } from "./streams.js";

/** What changes, as it changes: server-sent events for logged-in operators. */
@Section("Live")
@Controller("api/fleet/stream")
export class StreamController {
  constructor(private readonly streams: Streams) {}

  @Get()
  @Operation({
    id: "openStream",
    summary: "Tells what changes, as server-sent events.",
    description:
      "Begins with `hello`, sends `machines`, `summary`, `nodes` and `event` messages as far as they are asked for, at most " +
      "one of each kind a second (but each event of the log), and `end` before the server closes it. `Last-Event-ID` " +
      "resumes with all that the event log gained since, oldest first; the rest is sent as it is now.",
    answers: {
      200: {
        description: "The stream.",
        mediaType: "text/event-stream",
        example: 'event: hello\ndata: {"node_id":"server-01-abc123"}\n\n',
      },
    },
    errors: [429],
  })
  open(@Req() req: Request, @Res() res: Response, @Query({ schema: streamQuery }) query: StreamQuery): void {
    this.streams.open(req, res, query);
  }
}
