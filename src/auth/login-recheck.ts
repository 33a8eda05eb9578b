import { Injectable, Logger } from "@nestjs/common";
import type { SessionData } from "express-session";
import { setImmediate as nextTurn } from "node:timers/promises";
import { explainFailure } from "../common/explain-failure.js";
import { BackendUnavailableError } from "../common/fleet-error.js";
import { LoginStamps } from "./login-stamps.js";
import { Users } from "./users.js";

const EVERY_MS = 10_000;
/** Nobody waits longer for the database: the session store is well, and a frozen database takes seconds to fail. */
const ANSWER_WITHIN_MS = 300;
/** Past this the sessions checked longest ago are forgotten, which costs them one more question. */
const MAX_ENTRIES = 10_000;

/** What the database is or was asked for a session: who its user is by now. */
interface Question {
  readonly askedAtMs: number;
  /** Settles with the answer, and after ANSWER_WITHIN_MS without one. */
  readonly waited: Promise<void>;
  /** The user's stamp, null where there is no such user; undefined while it is not known. */
  stamp: string | null | undefined;
}

/**
 * Tells whether the login that a session began with still stands: its user exists, with the same password and role. Asks
 * the database at the first sight of each session and then every ten seconds, so that a session ends even if whoever
 * changed the user died before ending it, or the session store lost its end.
 */
@Injectable()
export class LoginRecheck {
  private readonly logger = new Logger("Auth");
  /** By session and not by user: a session is never judged by what was asked before it began. */
  private readonly questions = new Map<string, Question>();

  constructor(
    private readonly users: Users,
    private readonly stamps: LoginStamps,
  ) {}

  async stands(
    sessionId: string,
    { user, login }: Pick<SessionData, "user" | "login">,
    nowMs = performance.now(),
  ): Promise<boolean> {
    if (!user || !login) return false;
    const known = this.questions.get(sessionId);
    const recent = known && nowMs - known.askedAtMs < EVERY_MS ? known : undefined;
    if (recent && (await this.fits(sessionId, recent, login.stamps))) return true;
    // The answer may be older than the session's own stamps, so no session ends by it without a newer one.
    const latest = this.questions.get(sessionId);
    const question = latest && latest !== known ? latest : this.ask(sessionId, user.username, nowMs, recent?.stamp);
    return this.fits(sessionId, question, login.stamps);
  }

  private async fits(sessionId: string, question: Question, stamps: readonly string[]): Promise<boolean> {
    try {
      await question.waited;
    } catch (error) {
      if (this.questions.get(sessionId) === question) this.questions.delete(sessionId);
      throw error;
    }
    const { stamp } = question;
    // What does not need the database goes on without it; the session store has let this session pass.
    return stamp === undefined || (stamp !== null && stamps.includes(stamp));
  }

  /** Until there is an answer `stamp` stands for it. */
  private ask(sessionId: string, username: string, askedAtMs: number, stamp: Question["stamp"]): Question {
    const answer = this.currentStamp(username).then((current) => {
      if (current !== undefined) question.stamp = current;
    });
    const question: Question = { askedAtMs, waited: answeredSoon(answer), stamp };
    this.note(sessionId, question);
    return question;
  }

  /** The stamp of the user as they are; null for nobody, undefined where the database cannot be used. */
  private async currentStamp(username: string): Promise<string | null | undefined> {
    try {
      const user = await this.users.findByName(username);
      return user && this.stamps.of(user);
    } catch (error) {
      if (!(error instanceof BackendUnavailableError)) throw error;
      this.logger.debug(`A login could not be checked: ${explainFailure(error)}`);
      return undefined;
    }
  }

  private note(sessionId: string, question: Question): void {
    // Deleted first, so that the map stays in the order of the checks.
    this.questions.delete(sessionId);
    this.questions.set(sessionId, question);
    if (this.questions.size <= MAX_ENTRIES) return;
    const [oldest] = this.questions.keys();
    if (oldest !== undefined) this.questions.delete(oldest);
  }
}

/** Resolves without an answer after ANSWER_WITHIN_MS; a failure that comes later than that is dropped. */
async function answeredSoon(answer: Promise<void>): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const tooLate = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, ANSWER_WITHIN_MS);
    // An answer that has come while this process itself was held up is read first.
  }).then(() => nextTurn());
  try {
    await Promise.race([answer, tooLate]);
  } finally {
    clearTimeout(timer);
  }
}
