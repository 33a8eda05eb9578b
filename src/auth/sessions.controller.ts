import { Controller, Delete, Get, HttpCode, Param, Query, Req, Res } from "@nestjs/common";
import type { Request, Response } from "express";
import { OperatorSessions } from "./operator-sessions.js";
import { type SessionListQuery, sessionListQuery } from "./session-list-query.js";

/** Login sessions over REST: one's own, and everybody's for administrators. */
@Controller("api/fleet/sessions")
export class SessionsController {
  constructor(private readonly sessions: OperatorSessions) {}

  @Get()
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
  async revoke(@Req() req: Request, @Res({ passthrough: true }) res: Response, @Param("id") id: string): Promise<void> {
    await this.sessions.revoke(req, res, id);
  }
}
