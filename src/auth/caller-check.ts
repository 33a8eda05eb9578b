import { Injectable } from "@nestjs/common";
import type { Request, Response } from "express";
import type { Caller } from "../common/caller.js";
import { BackendUnavailableError } from "../common/fleet-error.js";
import { ApiKeyCallers } from "./api-keys/api-key-callers.js";
import { bearerOf } from "./api-keys/api-key-text.js";
import { CurrentLogin } from "./current-login.js";

/** Who calls: a program by its API key, where it sends one, else a person by their session. */
@Injectable()
export class CallerCheck {
  constructor(
    private readonly login: CurrentLogin,
    private readonly apiKeys: ApiKeyCallers,
  ) {}

  /** Undefined for nobody. Throws FleetError 401, 403 and 429 for an API key that does not open this, BackendUnavailableError. */
  async callerOf(req: Request, res: Response): Promise<Caller | undefined> {
    const key = bearerOf(req.get("Authorization"));
    if (key !== undefined) return this.apiKeys.callerOf(key, req.method, res);
    const user = await this.login.userOf(req, res);
    return user && { username: user.username, role: user.role, by: "login" };
  }

  /**
   * Whether whoever was let in still would be, for an answer that goes on for long. Asking is no use of a session. While
   * what knows it is away, nothing is known against them.
   */
  async stillStands(req: Request): Promise<boolean> {
    const key = bearerOf(req.get("Authorization"));
    try {
      return await (key === undefined ? this.login.stillStands(req) : this.apiKeys.stands(key));
    } catch (error) {
      if (error instanceof BackendUnavailableError) return true;
      throw error;
    }
  }
}
