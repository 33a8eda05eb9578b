import { Inject, Injectable, Logger } from "@nestjs/common";
import type { Request, Response } from "express";
import { CallerCheck } from "../auth/caller-check.js";
import { explainFailure } from "../common/explain-failure.js";
import { FleetError } from "../common/fleet-error.js";
import { CLUSTER_CONFIG, type ClusterConfig, SERVER_CONFIG, type ServerConfig } from "../config/config.module.js";
import { encodeEventCursor } from "../events/event-cursor.js";
import { EventFeed } from "./event-feed.js";
import { EventStream } from "./event-stream.js";
import type { Reader } from "./reader.js";
import { StreamHub } from "./stream-hub.js";
import type { StreamQuery } from "./stream-query.js";

/** A login keeps so many pages open at one node; some browsers keep more tabs, few people look at them. */
const MOST_PER_LOGIN = 20;
/** A session that was ended elsewhere ends its streams within this time. */
const CHECK_LOGIN_MS = 15_000;

/** Opens streams within the limits, and ends them when the login no longer stands. */
@Injectable()
export class Streams {
  private readonly logger = new Logger("Stream");
  private readonly most: number;
  private readonly perLogin = new Map<string, number>();

  constructor(
    @Inject(SERVER_CONFIG) { max_connections }: ServerConfig,
    @Inject(CLUSTER_CONFIG) private readonly cluster: ClusterConfig,
    private readonly callers: CallerCheck,
    private readonly hub: StreamHub,
    private readonly events: EventFeed,
  ) {
    // Agents and everybody else need connections too.
    this.most = Math.ceil(max_connections / 2);
  }

  /** Throws FleetError 429 and 503 past a limit. Asks no backend: a stream opens while the database is away. */
  open(req: Request, res: Response, query: StreamQuery): void {
    // Who left while being let in closes no more, and would keep the place for ever.
    if (res.destroyed) return;
    // All programs with one API key count as one.
    const login = req.caller?.by === "login" ? req.sessionID : (req.caller?.username ?? "");
    const open = this.perLogin.get(login) ?? 0;
    if (open >= MOST_PER_LOGIN) throw tooManyOfLogin();
    if (this.hub.size >= this.most) throw tooManyOfNode();
    this.perLogin.set(login, open + 1);
    res.once("close", () => {
      const left = (this.perLogin.get(login) ?? 1) - 1;
      if (left > 0) this.perLogin.set(login, left);
      else this.perLogin.delete(login);
    });
    this.start(req, res, query);
  }

  private start(req: Request, res: Response, query: StreamQuery): void {
    const stream = new EventStream(res);
    const resumeAt = this.events.positionOf(req.get("Last-Event-ID"));
    const position = resumeAt ?? this.events.now();
    const reader: Reader = {
      stream,
      watched: new Set(query.machines),
      wants: query,
      isAdmin: req.caller?.role === "admin",
      toldMachines: new Map(),
      toldEvents: new Set(),
      missedSince: query.events ? position : undefined,
      toldSummary: undefined,
      toldNodes: undefined,
    };
    const data = { node_id: this.cluster.enabled ? this.cluster.node_id : null };
    // One that comes again keeps the place it has until it has been told what it missed.
    stream.send({ event: "hello", data, ...(resumeAt ? {} : { id: encodeEventCursor(position) }) });
    this.hub.add(reader);
    const checking = setInterval(() => void this.checkLogin(req, reader), CHECK_LOGIN_MS);
    res.once("close", () => {
      clearInterval(checking);
      this.hub.remove(reader);
    });
  }

  /** Looking does not prolong the session: a page that is merely open is no use of it. */
  private async checkLogin(req: Request, { stream }: Reader): Promise<void> {
    try {
      if (!(await this.callers.stillStands(req))) stream.end("login");
    } catch (error) {
      this.logger.warn(`Whether a login still stands could not be found out: ${explainFailure(error)}`);
    }
  }
}

function tooManyOfLogin(): FleetError {
  return new FleetError(
    429,
    "TOO_MANY_STREAMS",
    `This login has ${MOST_PER_LOGIN} live pages open at this node; close some of them.`,
    { retryAfterSeconds: 5 },
  );
}

function tooManyOfNode(): FleetError {
  return new FleetError(503, "TOO_MANY_STREAMS", "This node serves as many live pages as it may; try again shortly.", {
    retryAfterSeconds: 5,
  });
}
