import { Inject, Injectable, Logger } from "@nestjs/common";
import type { Request, RequestHandler, Response } from "express";
import session, { type Session, type SessionData } from "express-session";
import { SESSIONS_CONFIG, type SessionsConfig } from "../config/config.module.js";
import { DatabaseSecrets } from "../database/database-secrets.js";
import { SESSION_COOKIE, sessionCookieOptions } from "./session-cookie.js";
import { SESSION_STORE, type SessionStore } from "./store/session-store.js";

/**
 * Loads a request's session where a route needs one, instead of before every route: agents and probes never touch the
 * store. A request without a session gets an empty one, of which nothing is stored or sent.
 */
@Injectable()
export class SessionLoader {
  private readonly logger = new Logger("Sessions");
  private readonly middleware: RequestHandler;
  private readonly loads = new WeakMap<Request, Promise<void>>();

  constructor(
    @Inject(SESSION_STORE) store: SessionStore,
    @Inject(SESSIONS_CONFIG) config: SessionsConfig,
    secrets: DatabaseSecrets,
  ) {
    this.middleware = session({
      store,
      name: SESSION_COOKIE,
      secret: config.secret ?? secrets.derive("session-cookie").toString("hex"),
      // "auto": Secure exactly when Express says that the request came over HTTPS.
      cookie: { ...sessionCookieOptions, secure: "auto" },
      resave: false,
      saveUninitialized: false,
      rolling: false,
    });
  }

  /** May be called any number of times for a request. Throws BackendUnavailableError when the store cannot be read. */
  async load(req: Request, res: Response): Promise<Session & Partial<SessionData>> {
    let loading = this.loads.get(req);
    if (!loading) {
      loading = this.run(req, res);
      this.loads.set(req, loading);
    }
    await loading;
    return req.session;
  }

  private run(req: Request, res: Response): Promise<void> {
    return new Promise((resolve, reject) => {
      let loaded = false;
      const next = (error?: unknown) => {
        if (loaded) {
          // express-session calls again when it fails to renew the session while the answer is being sent.
          this.logger.warn(`A session could not be renewed: ${error instanceof Error ? error.message : ""}`);
        } else if (error instanceof Error) {
          reject(error);
        } else {
          resolve();
        }
        loaded = true;
      };
      void this.middleware(req, res, next);
    });
  }
}
