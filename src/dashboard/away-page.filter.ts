import { type ArgumentsHost, Catch, type ExceptionFilter } from "@nestjs/common";
import type { Response } from "express";
import { errorAnswer } from "../common/error-answer.js";
import { BackendUnavailableError } from "../common/fleet-error.js";
import { WebUi } from "./web-ui.js";

/** A page is sent also while nobody can be known: it says itself what is away, and goes on once it is back. */
@Catch(BackendUnavailableError)
export class AwayPageFilter implements ExceptionFilter {
  constructor(private readonly web: WebUi) {}

  catch(error: BackendUnavailableError, host: ArgumentsHost): void {
    const res = host.switchToHttp().getResponse<Response>();
    const { status, retryAfterSeconds } = errorAnswer(error);
    if (retryAfterSeconds !== undefined) res.setHeader("Retry-After", retryAfterSeconds);
    this.web.send(res.status(status));
  }
}
