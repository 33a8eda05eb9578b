import { Controller, Delete, Get, HttpCode, Param, Query, Req, Res } from "@nestjs/common";
import type { Request, Response } from "express";
import { Operation, Section } from "../common/operation.js";
import { OperatorSessions } from "./operator-sessions.js";
import { sessionPage } from "./session-answer.js";
import { type SessionListQuery, sessionListQuery } from "./session-list-query.js";

/** Login sessions over REST: one's own, and everybody's for administrators. */
@Section("Sessions")
@Controller("api/fleet/sessions")
export class SessionsController {
  constructor(private readonly sessions: OperatorSessions) {}

  @Get()
  @Operation({
    id: "listSessions",
    summary: "Lists one's own login sessions; for administrators everybody's.",
    answers: { 200: sessionPage },
    errors: [403],
  })
  async list(@Req() req: Request, @Query({ schema: sessionListQuery }) query: SessionListQuery) {
    const { sessions, total, nextCursor } = await this.sessions.list(req, query);
    return {
      sessions: sessions.map(({ id, username, startedAtMs, lastUsedAtMs, address, userAgent, current }) => ({
        id,
        username,
        started_at: new Date(startedAtMs).toISOString(),
        last_used_at: new Date(lastUsedAtMs).toISOString(),
        address,
        user_agent: userAgent,
        current,
      })),
      total,
      next_cursor: nextCursor,
    };
  }

  @Delete(":id")
  @HttpCode(204)
  @Operation({
    id: "endSession",
    summary: "Ends a login session on all nodes.",
    answers: { 204: "The session has ended." },
    errors: [404],
    parameters: { id: "The session's id, as the list shows it." },
  })
  async revoke(@Req() req: Request, @Res({ passthrough: true }) res: Response, @Param("id") id: string): Promise<void> {
    await this.sessions.revoke(req, res, id);
  }
}
